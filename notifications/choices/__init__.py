"""What people choose about letters: ``reading`` it, ``keeping`` it, its ``times``, the ``links`` that end letters."""
