#!/usr/bin/env bash
# Airs a demo station: `make run`. The first start sets up, builds and makes the clips; later ones take seconds.
# Everything it makes lies in var/ ; `rm -rf var` forgets it. Ctrl-C ends the station in good order.
set -euo pipefail
cd "$(dirname "$0")/.."

clips=var/demo-clips
data=var/demo

scripts/setup.sh run
# The dev profile: it builds sooner than the release profile, serves `make test` too, and its decoders are fully optimised
# (Cargo.toml).
if command -v node >/dev/null; then
    scripts/web.sh build
else
    echo "demo: without Node the web console is left out; the station runs all the same"
fi
echo "demo: building"
cargo build
scripts/demo-clips.sh "$clips"

loa() { target/debug/loa --config config/demo.toml --data "$data" "$@"; }

# A signature tune and two bulletins, approved, and the two broadcasts that a town has every day. All of it or nothing.
furnish() {
    rm -rf "$data"
    mkdir -p "$data"
    local leader=(--approve-by "Nguyễn Văn An" --approve-title "Phó Chủ tịch UBND thị trấn")
    local bulletin=(--genre article --campaign CCHC --author "Ban biên tập" "${leader[@]}")
    loa clip add "$clips/nhac-hieu.mp3" --title "Nhạc hiệu Đài truyền thanh" --genre ident "${leader[@]}"
    loa clip add "$clips/dich-vu-cong-truc-tuyen.mp3" --title "Dịch vụ công trực tuyến và tài khoản định danh điện tử" \
        --topic SO.DVC --secondary SO.VNEID --script audio/demo/dich-vu-cong-truc-tuyen.txt "${bulletin[@]}"
    loa clip add "$clips/bo-phan-mot-cua.mp3" --title "Một cửa, một lần đến và quyền của người dân" \
        --topic CCHC.MC --script audio/demo/bo-phan-mot-cua.txt "${bulletin[@]}"
    loa clip speak audio/demo/khan-cap.txt --title "Thông báo khẩn cấp dự phòng" --genre notice
    loa clip approve 4 --approver "Nguyễn Văn An" --title "Phó Chủ tịch UBND thị trấn"
    loa slot add sang-0500 --name "Bản tin sáng" --at "0 5 * * *" --element ident:1 --element rotation:2
    loa slot add chieu-1700 --name "Bản tin chiều" --at "0 17 * * *" --element ident:1 --element rotation:2
    touch "$data/furnished"
}
[[ -e $data/furnished ]] || furnish

# A broadcast of its own for this start: half a minute from now, once, with what waits in the queue. If the morning or the
# evening broadcast is due meanwhile, the clip is played by hand instead.
trial=(--at "$(TZ=Asia/Ho_Chi_Minh date -d '+30 seconds' '+%S %M %H %d %m * %Y')" --element ident:1 --element queue:1)
loa slot rm phat-thu >/dev/null 2>&1 || true
by_hand=
loa slot add phat-thu --name "Phát thử" --length 15m "${trial[@]}" || by_hand=2
[[ $by_hand ]] || loa queue add 2 --slot phat-thu

# The program itself, not a shell around it: it is told to end by its number.
target/debug/loa --config config/demo.toml --data "$data" run >"$data/station.log" 2>&1 &
station=$!
watcher=
finish() {
    trap - EXIT INT TERM
    [[ -z $watcher ]] || kill -TERM "$watcher" 2>/dev/null || true
    if kill -TERM "$station" 2>/dev/null; then
        echo "demo: ending the station in good order"
        wait "$station" || true
    fi
    local loa="target/debug/loa --config config/demo.toml --data $data" today
    today=$(TZ=Asia/Ho_Chi_Minh date +%F)
    echo "demo: what was aired:     $loa log"
    echo "demo: the report of it:   $loa report --from $today --to $today"
    echo "demo: what was sent out:  $data/programme"
}
trap finish EXIT
trap 'exit 0' INT TERM

# Ready is when it answers; ten seconds are fifty times what it needs.
for _ in {1..100}; do
    loa status >/dev/null 2>&1 && break
    kill -0 "$station" 2>/dev/null || { cat "$data/station.log" >&2; exit 1; }
    sleep 0.1
done
[[ $by_hand ]] && loa play "$by_hand"

# Nobody can sign in to the console of a new station until its first admin is made there, with this code.
url=$(loa status --json | sed -n 's/.*"console": "\([^"]*\)".*/\1/p')
[[ -z $url ]] || echo "demo: the console is at $url"
[[ ! -s $data/first-run-code ]] || echo "demo: the code to make its first admin: $(<"$data/first-run-code")"

if ! grep -qs '\[' /proc/asound/cards && ! { command -v pactl && pactl info; } >/dev/null 2>&1; then
    echo "demo: this machine has no sound card, so the programme goes to the paced null output and is not heard here;"
    echo "demo: it is recorded in $data/programme, to listen to at any time."
fi
# Beside this shell, so that a signal is seen to at once.
target/debug/loa --config config/demo.toml --data "$data" status --watch &
watcher=$!
wait "$watcher"
