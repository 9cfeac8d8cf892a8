"""The senses and hands of the colleague: one folder per device, a port and its real driver."""
