"""What is done to a network and read from it: assays, conditioning, learning."""
