"""Makes the golden token ids of BpeGoldenTest with llama.cpp.

  PONDER_GOLDEN_DIR=DIR mvn -Pquick -pl ponder-core -am test -Dtest=BpeGoldenTest
  python tokenizer_goldens.py DIR | gzip -9n > ../resources/ponder/tokenize/tiny-goldens.json.gz

Needs llama-cpp-python 0.3.36, which carries llama.cpp v0.5.0.
"""

import ctypes
import json
import pathlib
import sys

import llama_cpp


@llama_cpp.llama_log_callback
def silent(level, text, data):
    pass


def ids(vocab, text, special):
    room = len(text) + 8
    buffer = (ctypes.c_int32 * room)()
    count = llama_cpp.llama_tokenize(vocab, text, len(text), buffer, room, False, special)
    return list(buffer[:count])


def main(folder):
    llama_cpp.llama_log_set(silent, ctypes.c_void_p(0))
    lines = [line.encode("utf-8", "replace") for line in json.loads((folder / "lines.json").read_text())]
    params = llama_cpp.llama_model_default_params()
    params.vocab_only = True
    goldens = {}
    for path in sorted(folder.glob("*.gguf")):
        model = llama_cpp.llama_model_load_from_file(str(path).encode(), params)
        vocab = llama_cpp.llama_model_get_vocab(model)
        goldens[path.stem] = [[ids(vocab, line, False), ids(vocab, line, True)] for line in lines]
    print("{" + ",\n".join(json.dumps(name) + ":" + json.dumps(value, separators=(",", ":")) for name, value in goldens.items()) + "}")


main(pathlib.Path(sys.argv[1]))
