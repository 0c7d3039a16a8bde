# Wants to learn the secret's letters by what the redaction of its own input does.
# outcome: ok
# result: true
from functions import FunctionError, vault

# Only whole values are taken out: a guess of less comes back as it went.
guesses = ["canary-" + letter for letter in "0123456789abcdef"]
answers = []
for guess in guesses:
    try:
        vault.fail(text=guess)
    except FunctionError as error:
        answers.append(error.message.startswith(guess))
result = all(answers)
