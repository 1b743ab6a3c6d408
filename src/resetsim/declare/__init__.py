"""Files to checked objects: what the project declares and what it rests on."""
