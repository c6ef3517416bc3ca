//! The RTP output: its packets as they arrive, its announcements, and a stock player at the other end.

use std::net::{Ipv4Addr, SocketAddrV4, UdpSocket};
use std::process::{Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::{Duration, Instant};

use loa::audio::output::OutputKind;
use loa::audio::output::rtp::{PACKET_FRAMES, PAYLOAD_TYPE, RtpSettings};
use loa::domain::station::Start;

use super::{likeness, on, play, refused, sweep, until};
use crate::support::audio::{Listener, MemoryClip, part, voice, zone};

const OWN: Ipv4Addr = Ipv4Addr::LOCALHOST;

fn settings(address: Ipv4Addr, port: u16) -> RtpSettings {
    RtpSettings {
        address,
        port,
        ttl: 1,
        interface: Some(OWN),
        announce: address.is_multicast(),
        name: "Cụm loa chợ".to_owned(),
        sdp_file: None,
    }
}

/// Hears a group on this machine's own network, also beside others on the same port.
fn member(group: Ipv4Addr, port: u16) -> UdpSocket {
    let socket = socket2::Socket::new(socket2::Domain::IPV4, socket2::Type::DGRAM, None).unwrap();
    socket.set_reuse_address(true).unwrap();
    socket.set_recv_buffer_size(4 * 1024 * 1024).unwrap();
    socket.bind(&SocketAddrV4::new(group, port).into()).unwrap();
    socket.join_multicast_v4(&group, &OWN).unwrap();
    socket.set_read_timeout(Some(Duration::from_millis(200))).unwrap();
    socket.into()
}

fn free_port() -> u16 {
    UdpSocket::bind((OWN, 0)).unwrap().local_addr().unwrap().port()
}

/// Everything that arrives, with when, until nobody takes it any more.
fn collected(socket: UdpSocket) -> Receiver<(Instant, Vec<u8>)> {
    let (sender, packets) = channel();
    std::thread::spawn(move || {
        let mut bytes = [0; 2_048];
        loop {
            let next = socket.recv(&mut bytes);
            let Ok(length) = next else {
                // Silent: is anybody still there?
                if sender.send((Instant::now(), Vec::new())).is_err() {
                    return;
                }
                continue;
            };
            if sender.send((Instant::now(), bytes[..length].to_vec())).is_err() {
                return;
            }
        }
    });
    packets
}

#[test]
fn every_packet_arrives_in_its_millisecond_with_its_frames_and_the_next_timestamp() {
    let group = Ipv4Addr::new(239, 69, 77, 1);
    let port = free_port();
    let packets = collected(member(group, port));
    let clip = MemoryClip::noise(3, 48_000, 3 * 48_000);
    let mut listener = Listener::new(on(OutputKind::Rtp(settings(group, port)), [(1, clip.clone())]));
    listener.open();
    assert_eq!(listener.engine.output().unwrap(), format!("RTP to {group}:{port} (L16/48000/2)"));
    play(&mut listener, 1);
    listener.engine.close_output(zone()).unwrap();
    let mut heard: Vec<i16> = Vec::new();
    let mut before: Option<(u16, u32)> = None;
    let (mut source, mut arrivals, mut holes) = (None, Vec::new(), 0);
    for (at, packet) in packets.iter() {
        if packet.is_empty() {
            if arrivals.is_empty() { continue } else { break }
        }
        assert_eq!(packet.len(), 12 + 4 * PACKET_FRAMES, "{packet:?}");
        assert_eq!((packet[0], packet[1]), (0x80, PAYLOAD_TYPE), "version 2, no padding, no extension, no mark");
        let number = u16::from_be_bytes([packet[2], packet[3]]);
        let time = u32::from_be_bytes(packet[4..8].try_into().unwrap());
        assert_eq!(*source.get_or_insert_with(|| packet[8..12].to_vec()), packet[8..12]);
        if let Some((last, last_time)) = before {
            assert_eq!(number, last.wrapping_add(1), "a packet is missing");
            let step = time.wrapping_sub(last_time);
            assert!((48..48_000 * 5).contains(&step), "{step} frames after the one before");
            holes += usize::from(step != 48);
        }
        before = Some((number, time));
        arrivals.push((at, time));
        heard.extend(packet[12..].chunks_exact(2).map(|bytes| i16::from_be_bytes([bytes[0], bytes[1]])));
    }
    let expected: Vec<i16> = clip.samples.iter().map(|sample| (sample * 32_768.0).round() as i16).collect();
    let from = heard.iter().position(|sample| *sample != 0).unwrap() / 2 * 2;
    assert!(heard[from..].starts_with(&expected), "the frames of the clip, bit by bit");
    // How late each came against the earliest of all, by the clock that its timestamp counts.
    let (first, origin) = arrivals[0];
    let mut late: Vec<f64> = arrivals
        .iter()
        .map(|(at, time)| (*at - first).as_secs_f64() * 1e3 - f64::from(time.wrapping_sub(origin)) / 48.0)
        .collect();
    late.sort_by(f64::total_cmp);
    let least = late[0];
    let part = |share: f64| late[(share * (late.len() - 1) as f64) as usize] - least;
    println!(
        "{} packets, {holes} holes; late ms: median {:.2}, 99 % {:.2}, most {:.2}",
        late.len(),
        part(0.5),
        part(0.99),
        part(1.0)
    );
    assert!(part(0.5) < 20.0 && part(1.0) < 400.0, "packets come late: {:.2}, {:.2} ms", part(0.5), part(1.0));
}

#[test]
fn timestamps_go_on_over_a_new_opening() {
    let group = Ipv4Addr::new(239, 69, 77, 2);
    let port = free_port();
    let packets = collected(member(group, port));
    let mut listener = Listener::new(on(OutputKind::Rtp(settings(group, port)), []));
    let mut firsts = Vec::new();
    for _ in 0..2 {
        listener.open();
        let (at, packet) = packets.iter().find(|(_, packet)| !packet.is_empty()).unwrap();
        firsts.push((at, u32::from_be_bytes(packet[4..8].try_into().unwrap())));
        listener.engine.close_output(zone()).unwrap();
        packets.iter().find(|(_, packet)| packet.is_empty()).unwrap();
    }
    let elapsed = (firsts[1].0 - firsts[0].0).as_secs_f64() * 48_000.0;
    let stamped = f64::from(firsts[1].1.wrapping_sub(firsts[0].1));
    assert!((elapsed - stamped).abs() < 4_800.0, "{elapsed} frames passed, {stamped} by the timestamps");
}

#[test]
fn a_stream_is_announced_and_taken_back() {
    let group = Ipv4Addr::new(239, 69, 77, 3);
    let port = free_port();
    let announcements = collected(member(Ipv4Addr::new(239, 255, 255, 255), 9_875));
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.sdp");
    let mut listener =
        Listener::new(on(OutputKind::Rtp(RtpSettings { sdp_file: Some(file.clone()), ..settings(group, port) }), []));
    listener.open();
    // Other stations may announce theirs at the same time.
    let ours = |packet: &[u8]| String::from_utf8_lossy(packet).contains("c=IN IP4 239.69.77.3/1\r\n");
    let (_, said) = announcements.iter().find(|(_, packet)| ours(packet)).unwrap();
    assert_eq!((said[0], said[1], &said[4..8]), (0x20, 0, &[127, 0, 0, 1][..]), "announces, from our address");
    assert_eq!(&said[8..24], b"application/sdp\0");
    let description = String::from_utf8(said[24..].to_vec()).unwrap();
    for line in [
        "v=0",
        "s=Cụm loa chợ",
        "t=0 0",
        &format!("m=audio {port} RTP/AVP 96"),
        "a=rtpmap:96 L16/48000/2",
        "a=ptime:1",
        "a=ts-refclk:local",
        "a=mediaclk:direct=0",
    ] {
        assert!(description.split("\r\n").any(|found| found == line), "{line} is not in {description}");
    }
    assert_eq!(std::fs::read_to_string(&file).unwrap(), description);
    listener.engine.close_output(zone()).unwrap();
    let (_, taken_back) = announcements.iter().find(|(_, packet)| ours(packet)).unwrap();
    assert_eq!((taken_back[0], &taken_back[2..]), (0x24, &said[2..]));
}

#[test]
fn a_stock_player_plays_it_from_its_description() {
    let folder = tempfile::tempdir().unwrap();
    let (description, wav) = (folder.path().join("loa.sdp"), folder.path().join("heard.wav"));
    let clip = sweep(3.0);
    let port = free_port();
    let sent = RtpSettings { sdp_file: Some(description.clone()), ..settings(OWN, port) };
    let mut listener = Listener::new(on(OutputKind::Rtp(sent), [(1, clip.clone())]));
    listener.open();
    until("the description", || description.exists().then_some(()));
    let mut player = Command::new("ffmpeg")
        .args(["-hide_banner", "-loglevel", "error", "-nostdin", "-y", "-protocol_whitelist", "file,udp,rtp", "-i"])
        .arg(&description)
        .args(["-t", "6"])
        .arg(&wav)
        .stdin(Stdio::null())
        .spawn()
        .unwrap();
    // It plays once it writes: then the clip comes.
    until("the player plays", || (std::fs::metadata(&wav).ok()?.len() > 0).then_some(()));
    listener.prepare(voice(part(1), 1));
    listener.engine.arm(part(1), Start::At(listener.now().wall)).unwrap();
    listener.ended(part(1));
    let status = until("the player has what it wants", || player.try_wait().unwrap());
    assert!(status.success());
    let heard: Vec<i16> = hound::WavReader::open(&wav).unwrap().into_samples().map_while(Result::ok).collect();
    let (alike, _) = likeness(&heard, &clip);
    assert!(alike > 0.99, "alike by {alike}");
}

#[test]
fn an_interface_that_is_not_ours_is_told() {
    let group = Ipv4Addr::new(239, 69, 77, 4);
    let strange = RtpSettings { interface: Some(Ipv4Addr::new(192, 0, 2, 77)), ..settings(group, 5_004) };
    let error = refused(OutputKind::Rtp(strange));
    assert!(error.contains("`interface` must be an address of this machine"), "{error}");
}
