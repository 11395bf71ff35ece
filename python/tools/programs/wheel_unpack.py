"""Unpacks a wheel and compares each file with its record, as installers do: wheel_unpack.py WHEEL FOLDER."""

import base64
import csv
import hashlib
import io
import sys
import zipfile

wheel, folder = sys.argv[1:]
with zipfile.ZipFile(wheel) as archive:
    (record,) = (name for name in archive.namelist() if name.endswith(".dist-info/RECORD"))
    archive.extractall(folder)
    for name, recorded, _ in csv.reader(io.StringIO(archive.read(record).decode())):
        if recorded:
            with open(f"{folder}/{name}", "rb") as file:
                digest = hashlib.file_digest(file, "sha256").digest()
            assert recorded == "sha256=" + base64.urlsafe_b64encode(digest).rstrip(b"=").decode(), name
