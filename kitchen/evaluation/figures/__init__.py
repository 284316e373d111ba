"""How published pieces are read: figures at fixed ages, asked from platforms or entered by hand."""
