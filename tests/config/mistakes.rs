//! A mistake is told with its place, what was given, what is expected and what to do; all of them at once.

use loa::config::{Config, Sources};

use super::Station;

#[test]
fn everything_wrong_is_told_at_once() {
    let complaints = Station::with_file(
        "[station]\n\
         name = 5\n\
         time_zone = \"Asia/Saigon City\"\n\
         \n\
         [audio]\n\
         ring_secconds = 6\n\
         sample_rate_hz = 46000\n\
         grace_minutes = 5\n\
         [[zone]]\n\
         name = \"Chợ\"\n\
         [permitted_hours]\n\
         monday = \"22:00-06:65\"\n",
    )
    .environment(&[("LOA_REPORT__COUNTED_FROM_PERCENT", "ninety")])
    .set(&["shutdown.rest=stop", "audio"])
    .complaints();
    let expected = "\
the configuration has 10 mistakes
--set audio: there is no `=` in it, expected section.key=value
  hint: for example --set audio.ring_seconds=6
loa.toml:7: `audio.sample_rate_hz` is 46000, expected 44100 or 48000
  hint: 48000 is what sound cards run at
loa.toml:9: `zone.0.id` is missing, expected a text
  hint: add a line id = \"...\"
loa.toml:3: `station.time_zone` is \"Asia/Saigon City\", expected an IANA time zone
  hint: use a name of the IANA list, such as Asia/Ho_Chi_Minh
loa.toml:2: `station.name` is 5, expected a text
  hint: write it between \"quotes\"
loa.toml:12: `permitted_hours.monday` is \"22:00-06:65\", expected ranges such as \"05:00-06:30, 16:30-18:00\", \
apart from each other
  hint: \"\" is a day of silence; write neighbours as one
environment variable LOA_REPORT__COUNTED_FROM_PERCENT: `report.counted_from_percent` is ninety, \
expected a whole number from 1 to 100 percent
  hint: leave it out for the default, 90
--set shutdown.rest: `shutdown.rest` is stop, expected \"fade\" or \"finish\"
  hint: leave it out for the default, \"fade\"
loa.toml:8: `audio.grace_minutes` is not known, expected one of the options of config/loa.toml
  hint: did you mean `schedule.grace_minutes`?
loa.toml:6: `audio.ring_secconds` is not known, expected one of the options of config/loa.toml
  hint: did you mean `audio.ring_seconds`?";
    let sorted = |text: &str| {
        let mut parts: Vec<String> = text.replace("\n  hint", " -- hint").lines().map(str::to_owned).collect();
        parts.sort();
        parts
    };
    assert_eq!(sorted(&complaints), sorted(expected));
}

#[test]
fn a_syntax_error_hides_no_mistake_elsewhere() {
    let complaints = Station::with_file("[audio]\nring_seconds = = 6\n\n[log]\njournal_step_ms = 1\n").complaints();
    assert!(complaints.contains("loa.toml:2: extra `=`, expected nothing\n  hint: "), "{complaints}");
    assert!(complaints.contains("loa.toml:5: `log.journal_step_ms` is 1, expected"), "{complaints}");
    assert_eq!(complaints.matches("loa.toml:2").count(), 1, "{complaints}");
}

/// The text of a file that gives this option, at its last line, the value `[[1]]`, which none takes.
fn file_with_junk(key: &str) -> String {
    let mut text = String::new();
    let (sections, last) = key.rsplit_once('.').unwrap();
    let mut path = String::new();
    for section in sections.split('.') {
        let (name, list) = section.strip_suffix("[]").map_or((section, false), |name| (name, true));
        path = if path.is_empty() { name.to_owned() } else { format!("{path}.{name}") };
        text += &if list { format!("[[{path}]]\n") } else { format!("[{path}]\n") };
        if list && last != "id" && last != "code" {
            text += "id = \"a\"\n";
        }
    }
    format!("{text}{last} = [[1]]\n")
}

#[test]
fn no_option_takes_a_value_of_another_type_and_each_names_its_line() {
    for key in Config::keys() {
        let text = file_with_junk(&key);
        let complaints = Station::with_file(&text).complaints();
        let place = format!("loa.toml:{}: `{}` is a list, expected ", text.lines().count(), key.replace("[]", ".0"));
        assert!(complaints.contains(&place), "{key}: no {place:?} in\n{complaints}");
    }
}

#[test]
fn a_number_out_of_range_is_told_with_its_range() {
    for key in Config::keys().iter().map(|key| key.replace("[]", ".0")) {
        let unit = ["_seconds", "_minutes", "_hz", "_ms", "_percent", "_max", "_min", "_lufs", "_dbtp"];
        if unit.iter().any(|unit| key.ends_with(unit)) {
            for number in ["1000000000000", "-1000000000000", "nan", "1e99"] {
                let complaints = Station::with_file("").set(&[&format!("{key}={number}")]).complaints();
                assert!(complaints.contains(&format!("`{key}` is {number}, expected ")), "{complaints}");
            }
        }
    }
}

fn check(file: &str, setting: &str, complaint: &str) {
    let complaints = Station::with_file(file).set(&[setting]).complaints();
    assert!(complaints.contains(complaint), "{setting}: no {complaint:?} in\n{complaints}");
}

#[test]
fn values_that_do_not_fit_each_other_are_told() {
    check("", "station.prepare_lead_seconds=60", "expected less than rundown_lead_seconds, 60");
    check("", "library.item_minutes_max=9", "expected at least item_minutes_min, 10");
    check("", "campaign.0.to=2021-01-01", "expected a day on or after `from`");
    check("", "campaign.0.from=31/12/2022", "expected a day as YYYY-MM-DD");
    check("", "campaign.0.code=cải cách", "expected 1 to 32 of A-Z");
    check("", "zone.0.id=Chợ", "expected 1 to 32 of a-z");
    check("", "zone.1.id=b", "expected a place below 1");
    check("", "zone.0.volume=05:00-06:00", "has no volume behind the hours, expected -40 to 0 dB");
    check("", "zone.0.volume=05:00-06:00 3", "expected hours with a volume of -40 to 0 dB");
    check("", "zone.0.volume=05:00-06:00 -3, 05:30-07:00 -6", "overlap");
    check(
        "[[zone]]\nid = \"a\"\nname = \"A\"\n[[zone]]\nid = \"a\"\nname = \"B\"\n",
        "log.journal_step_ms=500",
        "loa.toml:5: `zone.1.id` is \"a\", expected an id that no other zone has",
    );
    check("", "zone=[]", "expected at least one zone and at most 64");
    check(
        "[zone]\nid = \"a\"\n",
        "log.journal_step_ms=500",
        "loa.toml:1: `zone` is a table, expected a list of tables",
    );
    check("audio = 3\n", "log.journal_step_ms=500", "loa.toml:1: `audio` is 3, expected a table");
    check("", &format!("data.folder=/{}", "a".repeat(120)), "expected at most 107 bytes with the data folder in front");
    let twice = "[[campaign]]\ncode = \"A\"\nname = \"a\"\n[[campaign]]\ncode = \"A\"\nname = \"b\"\n";
    check(twice, "log.journal_step_ms=500", "loa.toml:5: `campaign.1.code` is \"A\", expected each code once");
    for hours in ["5h-6h", "05:00", "24:00-24:01", "05:60-06:00", "a-b", "05:00-07:00, 06:00-08:00"] {
        check("", &format!("permitted_hours.friday={hours}"), "`permitted_hours.friday` is");
    }
}

#[test]
fn a_file_that_is_not_there_or_no_text_is_told() {
    let mut station = Station::with_file("");
    station.sources.file = Some(station.path("other.toml"));
    assert!(station.complaints().contains("other.toml: cannot be read (No such file"), "{}", station.complaints());
    let station = Station::with_file("");
    std::fs::write(station.path("loa.toml"), b"\xff\xfe[\0").unwrap();
    assert!(station.complaints().contains("expected a TOML file in UTF-8"), "{}", station.complaints());
    check("", "library.topics_file=/nowhere/topics.toml", "reading /nowhere/topics.toml failed: No such file");
    check("", "schedule.holidays_file=/nowhere/days.toml", "reading /nowhere/days.toml failed: No such file");
}

#[test]
fn the_mistakes_of_a_file_referred_to_are_told_with_its_line() {
    let station = Station::with_file("[library]\ntopics_file = \"topics.toml\"\n")
        .beside("topics.toml", "[[topic]]\ncode = \"A\"\nvi = = \"a\"\n");
    assert!(station.complaints().contains("\ntopics.toml:3: "), "{}", station.complaints());
}

#[test]
fn no_text_makes_reading_panic() {
    // The shipped file, cut short or broken at one place after the other.
    let shipped = loa::config::SHIPPED;
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("loa.toml");
    let sources = Sources { file: Some(file.clone()), ..Sources::default() };
    for (offset, _) in shipped.char_indices().step_by(29) {
        let (head, tail) = shipped.split_at(offset);
        for text in [head.to_owned(), format!("{head}[{tail}"), format!("{head}\"\n{tail}")] {
            std::fs::write(&file, text).unwrap();
            if let Err(error) = Config::load(&sources) {
                assert!(!error.faults.is_empty());
            }
        }
    }
}

#[test]
fn an_output_into_the_network_lacks_nothing_and_goes_where_it_may() {
    let icecast = "[[zone]]\nid = \"a\"\nname = \"A\"\n[zone.output]\nkind = \"icecast\"\n[zone.output.icecast]\n";
    check(icecast, "station.name=x", "`zone.0.output.icecast.server` is \"\", expected ");
    check(icecast, "station.name=x", "`zone.0.output.icecast.password_file` is \"\", expected a file");
    check(icecast, "zone.0.output.icecast.server=http://x/", "expected the name or address of a server alone");
    check(icecast, "zone.0.output.icecast.mount=loa ogg", "expected a slash and a name without blanks");
    check(icecast, "zone.0.output.icecast.user=a:b", "expected a name without a colon");
    check(icecast, "zone.0.output.icecast.port=0", "expected a whole number from 1 to 65535");
    check(icecast, "zone.0.output.icecast.bitrate_kbps=31", "expected a whole number from 32 to 320");
    let rtp = "[[zone]]\nid = \"a\"\nname = \"A\"\n[zone.output]\nkind = \"rtp\"\n[zone.output.rtp]\n";
    let multicast = "expected a multicast address, 224.0.1.0 to 239.255.255.255\n  hint: for example 239.69.1.1";
    for address in ["", "192.168.1.20", "224.0.0.251", "loa.example", "239.69.1", "255.255.255.255", "ff02::1"] {
        check(rtp, &format!("zone.0.output.rtp.address={address}"), multicast);
    }
    let one = format!("{rtp}unicast = true\n");
    for address in ["239.69.1.1", "0.0.0.0", "255.255.255.255"] {
        check(&one, &format!("zone.0.output.rtp.address={address}"), "expected the IPv4 address of one machine");
    }
    check(rtp, "zone.0.output.rtp.port=80", "expected a whole number from 1024 to 65535");
    check(rtp, "zone.0.output.rtp.ttl=256", "expected a whole number from 1 to 255");
    check(rtp, "zone.0.output.rtp.interface=eth0", "expected an IPv4 address of this machine");
    let good = format!("{rtp}address = \"239.69.1.1\"\n");
    check(&good, "audio.sample_rate_hz=44100", "expected 48000 while the output of a zone is \"rtp\"");
    let two = |one: &str| format!("{one}{}", one.replace("\"a\"", "\"b\""));
    let icecast = format!("{icecast}server = \"radio.example\"\npassword_file = \"/etc/loa/source\"\n");
    check(
        &two(&icecast),
        "station.name=x",
        "`zone.1.output.icecast.mount` is \"/loa.ogg\", expected a mount that no other zone has",
    );
    check(&two(&good), "station.name=x", "`zone.1.output.rtp.address` is \"239.69.1.1\", expected an address or port");
}
