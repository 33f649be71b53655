"""Calls on an Asterisk: its channels and bridges are made to match the rows of our calls.

ari.py        the event socket, with requests on it
translate.py  Asterisk's words become ours here; nothing but `requests.py` beside it knows ARI's names
plan.py       a call's card -> which channel each party should have, and what it hears (pure)
switch.py     what there is and what there should be -> requests
link.py       who owns the link, connecting, losing and finding it again
"""
