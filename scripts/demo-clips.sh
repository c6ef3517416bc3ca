#!/usr/bin/env bash
# Makes the clips of the demo, unless they are there. Usage: scripts/demo-clips.sh FOLDER
# Two bulletins are read by espeak-ng from audio/demo/*.txt; the signature tune is synthesised. Nothing is downloaded.
set -euo pipefail

texts=$(cd "$(dirname "$0")/../audio/demo" && pwd)
folder=${1:?usage: scripts/demo-clips.sh FOLDER}
mkdir -p "$folder"
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

# What an operator would do to a voice: take off the rumble below it, even it out so that its soft syllables carry
# outdoors, and leave half a second of air before and after.
voice=highpass=f=80,acompressor=threshold=-26dB:ratio=3:attack=5:release=120,volume=10dB
voice+=,alimiter=limit=-4dB:level=false,adelay=500,apad=pad_dur=0.5

# encode NAME FILTERS TITLE. A clip appears whole or not at all: an interrupted run leaves nothing to trip over.
encode() {
    ffmpeg -nostdin -loglevel error -y -i "$work/$1.wav" -af "$2" -ar 44100 -metadata title="$3" \
        -codec:a libmp3lame -b:a 96k "$work/$1.mp3"
    mv "$work/$1.mp3" "$folder/$1.mp3"
}

read_aloud() {
    [[ $folder/$1.mp3 -nt $texts/$1.txt ]] && return
    echo "demo: reading audio/demo/$1.txt aloud"
    espeak-ng -v vi -f "$texts/$1.txt" -w "$work/$1.wav"
    encode "$1" "$voice" "$2"
}

# A phrase of our own on the five-note scale, plucked; 12 seconds.
signature_tune() {
    [[ -s $folder/nhac-hieu.mp3 ]] && return
    echo "demo: playing the signature tune"
    local note notes=() length=0.6 number=10
    for note in G4 A4 C5 D5 E5 D5 C5 A4 C5 D5 G5 E5 D5 C5 A4 C5; do
        [[ $number -eq 25 ]] && length=3
        notes+=("$work/note-$number.wav")
        sox -R -n -r 44100 -c 2 "${notes[-1]}" \
            synth "$length" pluck "$note" pluck "$note" fade t 0.005 "$length" 0.1 gain -6
        number=$((number + 1))
    done
    sox "${notes[@]}" "$work/nhac-hieu.wav" reverb 35 gain -n -3
    encode nhac-hieu anull "Nhạc hiệu Đài truyền thanh"
}

# Side by side, since a newcomer is waiting.
read_aloud dich-vu-cong-truc-tuyen "Dịch vụ công trực tuyến và tài khoản định danh điện tử" &
first=$!
read_aloud bo-phan-mot-cua "Một cửa, một lần đến và quyền của người dân" &
second=$!
signature_tune
wait "$first"
wait "$second"
