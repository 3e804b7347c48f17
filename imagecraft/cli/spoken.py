"""`caption`, `speak` and `image-to-speech`."""

from __future__ import annotations

import sys
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any, cast

import typer

from imagecraft.cli.terminal import counted, print_error, print_json, print_line, print_note, progress_bar
from imagecraft.errors import ImageCraftError, InvalidInput

if TYPE_CHECKING:
    from imagecraft.captioning.base import Length as LengthName
    from imagecraft.pipelines.image_to_speech import Caption, Speech

STANDARD_INPUT = "-"
MENDABLE = 2
SENT_OUT = "This voice is an online service: the text is sent out of this machine."

Json = Annotated[bool, typer.Option("--json", help="Print JSON, one object a line.")]
CaptionModel = Annotated[
    str | None,
    typer.Option("--model", metavar="ID", help="Captioning model, or ID@FOLDER; see 'imagecraft models'."),
]
Length = Annotated[
    str,
    typer.Option(metavar="short|detailed", help="One sentence, or two or three; some models know 'dense'."),
]
Language = Annotated[str, typer.Option(metavar="TAG", help="Language, as a tag such as en, de or pt-BR.")]
SpokenLanguage = Annotated[
    str | None,
    typer.Option("--language", metavar="TAG", help="Language of the text, as a tag such as fr or en-GB."),
]
VoiceSample = Annotated[
    Path | None,
    typer.Option(
        metavar="FILE",
        help="Speak with the voice of one person, from 3 to 30 seconds of them; needs --i-have-consent.",
    ),
]
Consent = Annotated[
    bool, typer.Option("--i-have-consent", help="The person whose voice the sample is has agreed to its use.")
]
MaxChars = Annotated[
    int | None, typer.Option("--max-chars", metavar="N", help="Longest caption, in characters.")
]
Hedge = Annotated[bool, typer.Option("--hedge", help="Say 'probably' where it is not very sure.")]
SpeechModel = Annotated[str | None, typer.Option(metavar="ID", help="Speech model; see 'imagecraft models'.")]
VoiceName = Annotated[str | None, typer.Option("--voice", metavar="NAME", help="See 'imagecraft voices'.")]
Speed = Annotated[float, typer.Option(metavar="X", help="0.5 (half the pace) to 2.0 (twice the pace).")]
Out = Annotated[
    Path, typer.Option("-o", "--out", metavar="FILE", help="Sound file to write: .wav, .flac, .mp3 or .ogg.")
]


def caption(
    images: Annotated[list[str], typer.Argument(metavar="IMAGE", help="Pictures to describe.")],
    model: CaptionModel = None,
    length: Length = "short",
    language: Language = "en",
    max_chars: MaxChars = None,
    hedge: Hedge = False,
    json: Json = False,
) -> int:
    """Describe pictures in words, one caption a line.

    A picture that cannot be read is named on stderr, and the others are described all the same; the exit
    status is then 2. Larger models look at several pictures together.

    \b
    Examples:
      imagecraft caption photo.jpg
      imagecraft caption --length detailed *.jpg
      imagecraft caption --max-chars 125 --json photo.jpg
      imagecraft caption --hedge photo.jpg
      imagecraft caption --model qwen3-vl-2b --language de photo.jpg
    """
    from imagecraft.pipelines.image_to_speech import captions

    fetch("caption", model)
    status = 0
    with counted("Describing: {n} of {total} pictures", len(images)) as bar:
        made = captions(
            images,
            model=model,
            length=cast("LengthName", length),  # captions() says which there are
            language=language,
            max_chars=max_chars,
            hedge=hedge,
        )
        for image, described in zip(images, made, strict=True):
            if isinstance(described, ImageCraftError):
                print_error(described.message, described.hint)
                status = MENDABLE
            else:
                _print_caption(image, described, json)
            bar.update()
    return status


def speak(
    text: Annotated[str, typer.Argument(metavar="TEXT", help="Words to say; - reads them from stdin.")],
    out: Out,
    voice: VoiceName = None,
    speed: Speed = 1.0,
    model: SpeechModel = None,
    language: SpokenLanguage = None,
    voice_sample: VoiceSample = None,
    i_have_consent: Consent = False,
    json: Json = False,
) -> None:
    """Speak a text into a sound file.

    \b
    Examples:
      imagecraft speak "Hello there." -o hello.wav
      imagecraft speak - -o chapter.mp3 --speed 1.2 < chapter.txt
      imagecraft speak "Bonjour." -o bonjour.wav --voice estelle
      imagecraft speak "Hello." -o hello.wav --voice-sample me.wav --i-have-consent
    """
    from imagecraft.media.audio import write_audio

    check_sound_file(out)
    words = _standard_input() if text == STANDARD_INPUT else text
    spoken = _spoken(
        words,
        model=model,
        voice=voice,
        speed=speed,
        language=language,
        voice_sample=voice_sample,
        consent=i_have_consent,
    )
    write_audio(spoken.audio, out)
    if json:
        print_json({"out": str(out)} | spoken.to_dict())
    else:
        _print_written(out, spoken)


def image_to_speech(
    image: Annotated[str, typer.Argument(metavar="IMAGE", help="Picture to describe.")],
    out: Out,
    model: CaptionModel = None,
    length: Length = "short",
    language: Language = "en",
    max_chars: MaxChars = None,
    hedge: Hedge = False,
    voice: VoiceName = None,
    speed: Speed = 1.0,
    speech_model: SpeechModel = None,
    voice_sample: VoiceSample = None,
    i_have_consent: Consent = False,
    json: Json = False,
) -> None:
    """Describe a picture and speak the description into a sound file.

    \b
    Examples:
      imagecraft image-to-speech photo.jpg -o photo.wav
      imagecraft image-to-speech photo.jpg -o photo.mp3 --length detailed --speed 0.9
      imagecraft image-to-speech photo.jpg -o photo.wav --speech-model generator@RUN/model    (an experiment)
    """
    from imagecraft.media.audio import write_audio
    from imagecraft.pipelines.image_to_speech import details
    from imagecraft.pipelines.picture_sounded import sounded, speaks_pictures

    check_sound_file(out)
    fetch("caption", model)
    made = _described(image, model, length, language, max_chars, hedge)
    if speech_model is not None and speaks_pictures(speech_model):
        spoken = sounded(image, speech_model, voice=voice, speed=speed, voice_sample=voice_sample)
    else:
        spoken = _spoken(
            made.text,
            model=speech_model,
            voice=voice,
            speed=speed,
            language=language,
            voice_sample=voice_sample,
            consent=i_have_consent,
        )
    write_audio(spoken.audio, out)
    if json:
        print_json(details(made, spoken, file=image, out=str(out)))
    else:
        _print_caption(image, made, json)
        _print_written(out, spoken)


def fetch(task: str, model: str | None) -> None:
    """Download what a model lacks before it is used, with progress where someone watches."""
    from imagecraft.pipelines import models
    from imagecraft.runtime.selection import chosen

    card = chosen(model, task)
    if card.folder or all(state.on_disk for state in models.states(task) if state.card == card):
        return
    with progress_bar() as progress:
        models.download([card.id], progress)


def _described(
    image: str, model: str | None, length: str, language: str, max_chars: int | None, hedge: bool
) -> Caption:
    import imagecraft

    known = cast("LengthName", length)  # caption() says which there are
    return imagecraft.caption(
        image, model=model, length=known, language=language, max_chars=max_chars, hedge=hedge
    )


def _spoken(
    text: str,
    *,
    model: str | None,
    voice: str | None,
    speed: float,
    language: str | None,
    voice_sample: Path | None,
    consent: bool,
) -> Speech:
    from imagecraft.pipelines.image_to_speech import find_voice, say

    if voice_sample is None and find_voice(voice, model=model, language=language).sends_text_out:
        print_note(SENT_OUT)
    spoken: Speech | None = None
    steps = say(
        text,
        model=model,
        voice=voice,
        speed=speed,
        language=language,
        voice_sample=voice_sample,
        consent=consent,
    )
    with counted("Speaking: {n} s") as bar:
        for step in steps:
            spoken = step.speech
            if step.piece is not None:
                bar.update(round(step.piece.duration))
    if spoken is None:
        raise InvalidInput("There is nothing to speak.")
    return spoken


def _print_caption(image: str, made: Caption, json: bool) -> None:
    if json:
        print_json({"file": image} | made.to_dict())
        return
    print_line(made.text)
    for notice in made.notices:
        print_note(notice)


def _print_written(out: Path, spoken: Speech) -> None:
    sent = ", by an online service" if spoken.voice.sends_text_out else ""
    print_line(f"{out}: {spoken.audio.duration:.1f} s, voice {spoken.voice.id}{sent}")
    for notice in spoken.notices:
        print_note(notice)


def _standard_input() -> str:
    from imagecraft.speech.text import MAX_CHARACTERS

    longest_utf8 = 4
    data: Any = sys.stdin.buffer.read(MAX_CHARACTERS * longest_utf8 + 1) if sys.stdin else b""
    try:
        return str(data, "utf-8-sig")
    except UnicodeDecodeError as error:
        if error.reason == "unexpected end of data":
            return str(data, "utf-8", "ignore")
        raise InvalidInput("The text on stdin is not UTF-8.", "Save it as UTF-8 text.") from error


def check_sound_file(out: Path) -> None:
    """Refuse what could not be written before any work is done for it."""
    from imagecraft.media.audio import AUDIO_FORMATS

    if out.suffix.removeprefix(".").lower() not in AUDIO_FORMATS:
        endings = ", ".join(f".{name}" for name in AUDIO_FORMATS)
        raise InvalidInput(f"'{out}' does not end like a sound file.", f"Let it end in one of: {endings}.")
    if not out.parent.is_dir():
        raise InvalidInput(f"There is no folder '{out.parent}'.", "Make the folder first, or choose another.")
