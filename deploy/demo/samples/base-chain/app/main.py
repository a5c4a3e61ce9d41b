import os

print("application in", os.environ["APP_HOME"])
