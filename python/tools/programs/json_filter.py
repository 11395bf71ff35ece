"""Reads JSON lines, keeps what happened to the paid orders, and writes them with fewer fields: json_filter.py IN OUT."""

import json
import sys

source, target = sys.argv[1:]
with open(source, encoding="utf-8") as lines, open(target, "w", encoding="utf-8") as out:
    for line in lines:
        order = json.loads(line)
        if order["state"] == "paid" and order["total"] >= 10:
            kept = {name: order[name] for name in ("id", "customer", "total", "items")}
            out.write(json.dumps(kept) + "\n")
