from hypothesis import given
from hypothesis import strategies as st

from ecriture.sources.glimport import Found, Meaning, Message, meaning, read_messages

WRITTEN = b"Ecriture\r\nLGL7\r\nE260131EC000001-01 Ventes\r\nT   1201   114.98\r\nT   4000            114.98\r\n"
SOURCES = ("EC000001-01",)


@given(st.binary())
def test_any_bytes_are_read(content: bytes) -> None:
    for message in read_messages(content):
        assert message.text.strip()
        assert meaning(message, WRITTEN, SOURCES).found in Found


def test_what_stands_above_the_last_name_of_a_file_is_older() -> None:
    found = read_messages(b"GLIMPORT.001\r\nun\r\n\r\nGLIMPORT.002\r\ndeux\r\ntrois\r\n")
    assert found == (
        Message("un", "GLIMPORT.001", older=True),
        Message("deux", "GLIMPORT.002", older=False),
        Message("trois", "GLIMPORT.002", older=False),
    )
    assert read_messages(b"sans nom") == (Message("sans nom", "", older=False),)


def test_a_message_is_about_what_it_repeats() -> None:
    def about(text: str) -> Meaning:
        return meaning(Message(text, "", older=False), WRITTEN, SOURCES)

    assert about("EC000001-01: non") == Meaning(Found.SOURCE, (1,))
    assert about("<E260131EC000001-01 Ventes>").found is Found.SOURCE
    assert about("T   1201   114.98 invalide") == Meaning(Found.ACCOUNT, (1,), "1201")
    assert about("Compte 4000") == Meaning(Found.ACCOUNT, (1,), "4000")
    assert about("Compte 9999") == Meaning(Found.NOTHING)
