# Exits without a word, with the code of a launcher's failure.
# outcome: error SystemExit
import os

os._exit(255)
