"""Writes the address databases that tests use, of documentation addresses only (RFC 5737, RFC 3849).

Needs mmdb-writer (MIT): pip install mmdb-writer==0.2.7. Run it in this folder.
"""

from mmdb_writer import MMDBWriter
from netaddr import IPSet

PLACES = {
    "192.0.2.0/24": ("FR", "France", "Europe", "Lyon", 45.75, 4.85),
    "198.51.100.0/24": ("BR", "Brazil", "South America", "Recife", -8.05, -34.9),
    "2001:db8::/32": ("JP", "Japan", "Asia", "Osaka", 34.7, 135.5),
}
NETWORKS = {
    "192.0.2.0/24": (64496, "Example Carrier"),
    "198.51.100.0/24": (64511, "Example VPN"),
    "2001:db8::/32": (65536, "Example Cloud"),
}


def write(path, kind, rows):
    writer = MMDBWriter(6, kind, ipv4_compatible=True, description={"en": "addresses of Trailhound's tests"})
    for block, row in rows.items():
        writer.insert_network(IPSet([block]), row)
    writer.to_db_file(path)


def city(code, country, continent, name, latitude, longitude):
    return {
        "country": {"iso_code": code, "names": {"en": country}},
        "continent": {"names": {"en": continent}},
        "city": {"names": {"en": name}},
        "location": {"latitude": latitude, "longitude": longitude},
    }


def network(number, organization):
    return {"autonomous_system_number": number, "autonomous_system_organization": organization}


write("cities.mmdb", "Example-City", {block: city(*place) for block, place in PLACES.items()})
write("networks.mmdb", "Example-ASN", {block: network(*of) for block, of in NETWORKS.items()})
write("countries-flat.mmdb", "country ipvAll", {block: {"country_code": place[0]} for block, place in PLACES.items()})
