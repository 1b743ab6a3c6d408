"""Its folder is on the path of every test, and so are the helpers in it."""
