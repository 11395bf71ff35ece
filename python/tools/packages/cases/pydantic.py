"""pydantic: its core is Rust through PyO3. Nested models, JSON and its schema, errors; base64 through binascii."""

import base64
import json
from datetime import UTC, datetime
from decimal import Decimal
from typing import Annotated, Literal

from pydantic import Base64Bytes, BaseModel, Field, Json, ValidationError, field_validator


class Line(BaseModel):
    article: Annotated[str, Field(pattern=r"^[A-Z]{2}-\d{4}$")]
    pieces: Annotated[int, Field(gt=0)]
    price: Decimal


class Order(BaseModel):
    number: int
    state: Literal["open", "paid"]
    placed: datetime
    lines: list[Line]
    signature: Base64Bytes
    note: Json[dict[str, list[int]]] | None = None

    @field_validator("lines")
    @classmethod
    def is_not_empty(cls, lines: list[Line]) -> list[Line]:
        if not lines:
            raise ValueError("an order has lines")
        return lines


def main() -> None:
    order = validate()
    errors = refuse()
    describe()
    print(f"{len(order.lines)} nested models validated from JSON and back, {errors} errors located")


def document() -> dict:
    lines = [{"article": f"AB-{i:04}", "pieces": i + 1, "price": f"{i}.50"} for i in range(1000)]
    signature = base64.b64encode(bytes(range(256))).decode()
    return {
        "number": 7,
        "state": "paid",
        "placed": "2024-02-29T12:00:00Z",
        "lines": lines,
        "signature": signature,
        "note": json.dumps({"größe": [1, 2]}),
    }


def validate() -> Order:
    order = Order.model_validate_json(json.dumps(document()))
    assert order == Order.model_validate(document())
    assert order.placed == datetime(2024, 2, 29, 12, tzinfo=UTC)
    assert order.signature == bytes(range(256)) and order.note == {"größe": [1, 2]}
    assert [line.price for line in order.lines] == [i + Decimal("0.5") for i in range(1000)]
    again = json.loads(order.model_dump_json(round_trip=True))
    again["signature"] = again["signature"].strip()
    assert Order.model_validate(again) == order
    return order


def refuse() -> int:
    wrong = document() | {"number": "seven", "signature": "abc", "note": "{", "placed": "yesterday"}
    wrong["lines"][3] |= {"article": "nothing", "pieces": 0}
    try:
        Order.model_validate(wrong)
    except ValidationError as error:
        places = {".".join(map(str, entry["loc"])): entry["type"] for entry in json.loads(error.json())}
    assert places == {
        "number": "int_parsing",
        "placed": "datetime_from_date_parsing",
        "lines.3.article": "string_pattern_mismatch",
        "lines.3.pieces": "greater_than",
        "signature": "base64_decode",
        "note": "json_invalid",
    }, places
    return len(places)


def describe() -> None:
    schema = json.loads(json.dumps(Order.model_json_schema()))
    pieces = schema["$defs"]["Line"]["properties"]["pieces"]
    assert pieces == {"exclusiveMinimum": 0, "title": "Pieces", "type": "integer"}
    assert schema["properties"]["lines"]["items"] == {"$ref": "#/$defs/Line"}


main()
