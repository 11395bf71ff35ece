"""SQLAlchemy: its extensions in C over sqlite3. Mapped classes, a JSON column (json), a compressed column (zlib)."""

import json
import zlib

from sqlalchemy import JSON, ForeignKey, LargeBinary, create_engine, event, func, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column, relationship
from sqlalchemy.types import TypeDecorator


class Compressed(TypeDecorator):
    """Text that is kept as a zlib stream."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value, dialect):
        return zlib.compress(value.encode())

    def process_result_value(self, value, dialect):
        return zlib.decompress(value).decode()


class Base(DeclarativeBase): ...


class Author(Base):
    __tablename__ = "author"
    id: Mapped[int] = mapped_column(primary_key=True)
    name: Mapped[str] = mapped_column(unique=True)
    facts: Mapped[dict] = mapped_column(JSON)
    books: Mapped[list["Book"]] = relationship(back_populates="author", order_by="Book.id")


class Book(Base):
    __tablename__ = "book"
    id: Mapped[int] = mapped_column(primary_key=True)
    text: Mapped[str] = mapped_column(Compressed)
    author_id: Mapped[int] = mapped_column(ForeignKey("author.id"))
    author: Mapped[Author] = relationship(back_populates="books")


def main() -> None:
    engine = create_engine("sqlite://")
    sizes = watch(engine)
    Base.metadata.create_all(engine)
    with Session(engine) as session:
        write(session)
    with Session(engine) as session:
        books = read(session)
        refuse_doubles(session)
    print(f"{books} rows through mapped classes, JSON queried, {sum(sizes)} bytes of zlib streams stored")


def watch(engine) -> list[int]:
    """The sizes of the streams that reach the database."""
    sizes: list[int] = []

    @event.listens_for(engine, "before_cursor_execute", retval=False)
    def on_execute(connection, cursor, statement, parameters, context, many):
        rows = parameters if isinstance(parameters, list) else [parameters]
        sizes.extend(len(value) for row in rows for value in row if isinstance(value, bytes | memoryview))

    return sizes


def facts(number: int) -> dict:
    return {"born": 1900 + number, "mixed": [number / 4, None, "größe\u2028"], "nested": {"deep": [[number]]}}


def text(number: int) -> str:
    return f"Book {number}. " + "Once upon a time. " * 200


def write(session: Session) -> None:
    for number in range(50):
        books = [Book(text=text(number * 4 + i)) for i in range(4)]
        session.add(Author(name=f"Author {number}", facts=facts(number), books=books))
    session.commit()


def read(session: Session) -> int:
    for number, author in enumerate(session.scalars(select(Author).order_by(Author.id))):
        assert author.facts == facts(number) == json.loads(json.dumps(author.facts))
        assert [book.text for book in author.books] == [text(number * 4 + i) for i in range(4)]
    born = Author.facts["born"].as_integer()
    assert session.scalar(select(func.count()).where(born >= 1940)) == 10
    assert session.scalar(select(Author.facts["nested"]["deep"]).where(Author.name == "Author 7")) == [[7]]
    return session.scalar(select(func.count(Book.id))) or 0


def refuse_doubles(session: Session) -> None:
    session.add(Author(name="Author 1", facts={}))
    try:
        session.commit()
    except IntegrityError:
        session.rollback()
    else:
        raise AssertionError("two authors of one name were stored")


main()
