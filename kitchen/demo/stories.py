"""x"""

from kitchen.app import House


def tell(house: House) -> None: ...
