"""Folders, archives and tables of inputs, worked through into one table.

An engine asks `sources` for inputs and hands them to `work`, which reads, recognises, decodes, works and
keeps; what it gives back are `rows`. The engine here is `local`.
"""
