"""The explorer: the slow clock in a web page, served on this machine or written as one file."""
