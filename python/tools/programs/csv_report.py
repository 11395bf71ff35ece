"""Adds up the sales in a CSV file by region and product, and writes the sums as CSV: csv_report.py IN OUT."""

import csv
import sys

source, target = sys.argv[1:]
sums: dict[tuple[str, str], list[float]] = {}
with open(source, newline="", encoding="utf-8") as file:
    for row in csv.DictReader(file):
        entry = sums.setdefault((row["region"], row["product"]), [0, 0.0])
        entry[0] += int(row["pieces"])
        entry[1] += int(row["pieces"]) * float(row["price"])
with open(target, "w", newline="", encoding="utf-8") as file:
    report = csv.writer(file)
    report.writerow(["region", "product", "pieces", "sales"])
    report.writerows([*key, pieces, round(sales, 2)] for key, (pieces, sales) in sorted(sums.items()))
