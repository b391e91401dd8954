"""Loading a partnership from its files (``data/``): one module per subject.

The loader adds what is missing and never changes what is there, so it can run at every start: what people have
edited since stays. States are written as they are recorded, with a line in the history, and no letters.
"""
