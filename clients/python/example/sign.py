"""Signs a link offline: ACTION_LINKS_API_KEY=... python sign.py https://links.salon.example b-17 confirm"""

import os
import sys

from action_links import Signer

base, booking_id, action = sys.argv[1:]
signer = Signer(os.environ["ACTION_LINKS_API_KEY"], base)
print(signer.sign(booking_id, action, expires_in=7 * 24 * 3600).url)
