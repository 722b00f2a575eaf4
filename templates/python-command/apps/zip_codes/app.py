"""Wrangles zip codes: one JSON record a line in, exactly one JSON reply a line out.

in:   {"id": 1, "row": {"zip_code": "501", "latitude": "40.9", ...}}     a value is text, or null
out:  {"id": 1, "rows": [{...}]}         rows to store; an empty list filters the record
      {"id": 1, "reject": "why"}         the record goes to quarantine with this reason

What is written to stderr goes to the tenant's log. The program ends when its input ends.
"""

import json
import sys

REGIONS = {
    "0": "Northeast",
    "1": "Northeast",
    "2": "Mid-Atlantic",
    "3": "Southeast",
    "4": "Great Lakes",
    "5": "Upper Midwest",
    "6": "Central",
    "7": "South Central",
    "8": "Mountain",
    "9": "Pacific",
}


def coordinate(text, limit, name):
    """A number of degrees within +-limit."""
    try:
        degrees = float(text)
    except (TypeError, ValueError):
        raise ValueError(f"{name} is {text!r}, not a number") from None
    if not -limit <= degrees <= limit:
        raise ValueError(f"{name} {degrees} is not on Earth")
    return degrees


def wrangle(row):
    """The rows that a record becomes; ValueError rejects it."""
    digits = (row["zip_code"] or "").strip()
    if not (digits.isascii() and digits.isdigit()) or len(digits) > 5:
        raise ValueError(f"{row['zip_code']!r} is not a zip code")
    # Spreadsheets drop zeros in front.
    zip_code = digits.zfill(5)
    latitude = coordinate(row["latitude"], 90, "latitude")
    longitude = coordinate(row["longitude"], 180, "longitude")
    if latitude == 0 and longitude == 0:
        raise ValueError("0, 0 is in the ocean: the coordinates are missing")
    return [
        {
            "zip_code": zip_code,
            "latitude": latitude,
            "longitude": longitude,
            "city": row["city"],
            "state": row["state"],
            "county": row["county"],
            "region": REGIONS[zip_code[0]],
        }
    ]


def main():
    # UTF-8 and plain line ends, whatever the machine is set to.
    sys.stdin.reconfigure(encoding="utf-8")
    sys.stdout.reconfigure(encoding="utf-8", newline="\n")
    records = 0
    for line in sys.stdin:
        record = json.loads(line)
        try:
            reply = {"id": record["id"], "rows": wrangle(record["row"])}
        except ValueError as error:
            reply = {"id": record["id"], "reject": str(error)}
        # Flushed at once: the platform waits for the replies to what it has sent.
        sys.stdout.write(json.dumps(reply, ensure_ascii=False) + "\n")
        sys.stdout.flush()
        records += 1
    print(f"{records} records", file=sys.stderr)


if __name__ == "__main__":
    main()
