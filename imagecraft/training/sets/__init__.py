"""Sets of pictures to learn from: opened from many formats, split, checked.

`open_set` takes a folder or a file and finds out what it is.
"""
