"""What Python takes to sign a link: microseconds."""

import os
from timeit import repeat

import jwt

KEY, BASE = os.environ["API_KEY"], "https://links.hairbyada.example/v2/bookings"


def link():
    signature = jwt.encode({"booking_id": "b-17", "action": "confirm"}, KEY, algorithm="HS256")
    return f"{BASE}/b-17/external_action/confirm?signature={signature}"


print(sorted(repeat(link, number=1000, repeat=25))[12] * 1000)
