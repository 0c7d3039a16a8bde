# Wants to import another namespace's service.
# outcome: error
from functions import vault

result = vault.reveal()
