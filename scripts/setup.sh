#!/usr/bin/env bash
# Installs what Loa needs and is missing. Usage: scripts/setup.sh run|test
# Asks nothing and touches nothing when all is there. On Debian and its kin missing packages come through apt, as root or
# with sudo; elsewhere they are named and the script stops.
set -euo pipefail

purpose=${1:?usage: scripts/setup.sh run|test}

# What to look for, and the Debian package that brings it. A word with a slash is a pkg-config module.
needs='cc:build-essential pkg-config:pkg-config pc/alsa:libasound2-dev espeak-ng:espeak-ng sox:sox ffmpeg:ffmpeg'
# The tests make clips with other programs' encoders, and play them to a sound server of their own.
if [[ $purpose == test ]]; then
    needs+=' lame:lame flac:flac oggenc:vorbis-tools aplay:alsa-utils icecast2:icecast2'
    # Reports are read back by others' programs; without the fonts LibreOffice would set them in some other.
    needs+=' soffice:libreoffice-writer pdftotext:poppler-utils unzip:unzip font/LiberationSerif:fonts-liberation2'
    needs+=' pulseaudio:pulseaudio pactl:pulseaudio-utils alsa/pulse:libasound2-plugins'
    # Newer desktops have PipeWire in PulseAudio's place; it is asked over a session bus.
    needs+=' pipewire:pipewire-bin pipewire-pulse:pipewire-pulse wireplumber:wireplumber dbus-daemon:dbus-daemon'
    # Relays are tested against a real streaming server, which the tests start themselves.
    needs+=' icecast2:icecast2'
    # The console is tested in a browser, and asked everything that its interface allows.
    needs+=' chromium:chromium py/venv:python3-venv py/pip:python3-pip'
fi

has() {
    case $1 in
        pc/*) pkg-config --exists "${1#pc/}" 2>/dev/null ;;
        py/*) python3 -c "import ${1#py/}" 2>/dev/null ;;
        font/*) compgen -G "/usr/share/fonts/truetype/liberation2/${1#font/}-Regular.ttf" >/dev/null ;;
        alsa/*) compgen -G "/usr/lib/*/alsa-lib/libasound_module_pcm_${1#alsa/}.so" >/dev/null ;;
        *) command -v "$1" >/dev/null ;;
    esac
}

missing=()
for need in $needs; do
    has "${need%%:*}" || missing+=("${need##*:}")
done

if ! command -v cargo >/dev/null; then
    echo "setup: cargo is missing; install a Rust toolchain (1.95 or later) from https://rustup.rs" >&2
    exit 1
fi
[[ ${#missing[@]} -eq 0 ]] && exit 0

if ! command -v apt-get >/dev/null; then
    echo "setup: these are missing, by their Debian names: ${missing[*]}" >&2
    echo "setup: install what your system calls them, then run this again" >&2
    exit 1
fi
as_root=()
if [[ $(id -u) -ne 0 ]]; then
    if ! command -v sudo >/dev/null; then
        echo "setup: these packages are missing: ${missing[*]}" >&2
        echo "setup: as root, run: apt-get install --no-install-recommends ${missing[*]}" >&2
        exit 1
    fi
    as_root=(sudo)
fi
echo "setup: installing ${missing[*]}"
# The package would start a server of its own at every boot; nobody here asked for one.
if [[ " ${missing[*]} " == *" icecast2 "* && -d /run/systemd/system ]]; then
    "${as_root[@]}" systemctl mask icecast2.service >/dev/null 2>&1 || true
fi
export DEBIAN_FRONTEND=noninteractive
install=(apt-get install -y -q --no-install-recommends "${missing[@]}")
# The list of packages may be old or not there at all: one refresh, then once more.
"${as_root[@]}" "${install[@]}" >/dev/null 2>&1 || {
    "${as_root[@]}" apt-get update -q
    "${as_root[@]}" "${install[@]}"
}
