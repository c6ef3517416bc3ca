#!/usr/bin/env bash
# Airs a demo station: `make run`. The first start sets up, builds and makes the clips; later ones take seconds.
# Everything it makes lies in var/ ; `rm -rf var` forgets it. Ctrl-C ends the station in good order.
set -euo pipefail
cd "$(dirname "$0")/.."

clips=var/demo-clips
data=var/demo

scripts/setup.sh run
# The dev profile: its own code is lightly optimised and the decoders fully (Cargo.toml), which plays with ease, builds
# sooner than the release profile, and serves `make test` too.
cargo build --quiet
scripts/demo-clips.sh "$clips"

loa() { target/debug/loa --config config/demo.toml "$@"; }

# Two bulletins and a signature tune, approved; two slots a day as the town has them. All or nothing.
furnish() {
    rm -rf "$data"
    loa clip add "$clips/nhac-hieu.mp3" --title "Nhạc hiệu Đài truyền thanh" --genre ident --topic KHAC
    loa clip add "$clips/dich-vu-cong-truc-tuyen.mp3" --title "Dịch vụ công trực tuyến và tài khoản định danh điện tử" \
        --genre article --topic SO.DVC --secondary SO.VNEID --campaign CCHC --author "Ban biên tập"
    loa clip add "$clips/bo-phan-mot-cua.mp3" --title "Một cửa, một lần đến và quyền của người dân" \
        --genre article --topic CCHC.MC --campaign CCHC --author "Ban biên tập"
    local clip
    for clip in 1 2 3; do
        loa clip approve "$clip" --by "Nguyễn Văn An" --office "Phó Chủ tịch UBND thị trấn"
    done
    loa slot add sang-0500 --name "Bản tin sáng" --at "0 5 * * *" --element ident:1 --element rotation:2
    loa slot add chieu-1700 --name "Bản tin chiều" --at "0 17 * * *" --element ident:1 --element rotation:2
    touch "$data/furnished"
}
[[ -e $data/furnished ]] || furnish

# A slot of its own for this start: half a minute from now, once, with the first clip of the queue.
start=$(TZ=Asia/Ho_Chi_Minh date -d '+30 seconds' '+%S %M %H %d %m * %Y')
loa queue add 2
loa slot add "thu-$(date +%s)" --name "Phát thử" --at "$start" --element ident:1 --element queue:1

loa run >"$data/station.log" 2>&1 &
station=$!
finish() {
    trap - EXIT INT TERM
    kill -TERM "$station" 2>/dev/null && echo "demo: ending the station in good order" && wait "$station" || true
    echo "demo: what was aired:   target/debug/loa --config config/demo.toml log"
    echo "demo: the report of it: target/debug/loa --config config/demo.toml report --from $(date +%F) --to $(date +%F)"
}
trap finish EXIT
trap 'exit 0' INT TERM

for _ in {1..100}; do
    loa status >/dev/null 2>&1 && break
    kill -0 "$station" 2>/dev/null || { cat "$data/station.log" >&2; exit 1; }
    sleep 0.1
done

if ! grep -qs '\[' /proc/asound/cards && ! pactl info >/dev/null 2>&1; then
    echo "demo: this machine has no sound card, so the programme goes to the paced null output and is not heard here."
fi
echo "demo: the programme is recorded in $data/programme, to listen to at any time."
loa status --watch
