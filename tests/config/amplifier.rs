//! Amplifiers in the configuration, and what is wrong with them.

use std::path::Path;
use std::time::Duration;

use loa::config::Config;
use loa::domain::amplifier::{GpioLine, HttpConfirm, Method, Switch};

use super::Station;

/// A zone of this name with these lines about its amplifier.
fn zone(id: &str, amplifier: &str) -> String {
    format!("[[zone]]\nid = \"{id}\"\nname = \"{id}\"\n[zone.output]\nkind = \"null\"\n{amplifier}\n")
}

fn switches(config: &Config) -> Vec<Option<Switch>> {
    config.zones.iter().map(|zone| zone.amplifier.as_ref().map(|amplifier| amplifier.switch.clone())).collect()
}

#[test]
fn each_kind_of_switch_is_read_with_its_own_fields() {
    let text = [
        "[amplifier]\ncommand = [\"loa-power\", \"{zone}\", \"{power}\"]\n".to_owned(),
        zone("mot", "[zone.amplifier]\nswitch = \"command\"\nwarm_up_seconds = 8\n"),
        zone(
            "hai",
            "[zone.amplifier]\nswitch = \"gpio\"\n[zone.amplifier.gpio]\nline = 17\nactive_low = true\nconfirm_line = 27",
        ),
        zone(
            "ba",
            "[zone.amplifier]\nswitch = \"http\"\n[zone.amplifier.http]\non = \"http://192.168.1.50/relay/0?turn=on\"\n\
             off = \"http://192.168.1.50/relay/0?turn=off\"\nmethod = \"post\"\nconfirm = \"http://192.168.1.50/relay/0\"\n\
             confirm_on_text = '\"ison\":true'\nconfirm_off_text = '\"ison\":false'",
        ),
        zone("bon", ""),
    ];
    let config = Station::with_file(&text.concat()).load().unwrap();
    let switches = switches(&config);
    let [Some(Switch::Command(command)), Some(Switch::Gpio(gpio)), Some(Switch::Http(http)), None] = &switches[..]
    else {
        panic!("{:?}", config.zones)
    };
    assert_eq!((command.command.len(), command.confirm.len()), (3, 0));
    assert_eq!(gpio.chip, Path::new("/dev/gpiochip0"));
    assert_eq!((gpio.line, gpio.confirm), (line(17, true), Some(line(27, false))));
    assert_eq!(http.method, Method::Post);
    let HttpConfirm { on_text, off_text, .. } = http.confirm.as_ref().unwrap();
    assert_eq!((on_text.as_str(), off_text.as_str()), ("\"ison\":true", "\"ison\":false"));
    let settings = config.zones[0].amplifier.as_ref().unwrap().settings;
    assert_eq!((settings.warm_up, settings.tail), (Duration::from_secs(8), Duration::from_secs(5)));
    let shown = config.zones[2].amplifier.as_ref().unwrap().switch.to_string();
    assert_eq!(shown, "http://192.168.1.50/relay/0", "what stands behind the question mark may be a secret");
}

const fn line(offset: u32, active_low: bool) -> GpioLine {
    GpioLine { offset, active_low }
}

#[test]
fn every_mistake_of_an_amplifier_is_told_with_its_remedy() {
    let text = [
        zone("mot", "[zone.amplifier]\nswitch = \"command\"\nwarm_up_seconds = 301\nanswer_seconds_max = 0"),
        zone("hai", "[zone.amplifier]\nswitch = \"relay\"\n[zone.amplifier.gpio]\nchip = \"gpiochip0\"\nline = 1024"),
        zone(
            "ba",
            "[zone.amplifier]\nswitch = \"http\"\n[zone.amplifier.http]\non = \"192.168.1.50/on\"\nuser = \"a:b\"",
        ),
        zone("bon", "[zone.amplifier]\nswitch = \"gpio\"\n[zone.amplifier.gpio]\nline = 4\nconfirm_line = 4"),
        zone(
            "nam",
            "[zone.amplifier]\nswitch = \"http\"\n[zone.amplifier.http]\non = \"http://a/x\"\noff = \"http://a/x\"\n\
             confirm = \"http://a/y\"\nconfirm_on_text = \"1\"",
        ),
        zone(
            "sau",
            "[zone.amplifier]\nswitch = \"http\"\n[zone.amplifier.http]\non = \"http://b/1\"\noff = \"http://b/0\"\n\
             confirm = \"http://b\"\nconfirm_on_text = \"on\"\nconfirm_off_text = \"gone\"",
        ),
    ];
    let complaints = Station::with_file(&text.concat()).complaints();
    for words in [
        "`zone.0.amplifier.switch` is \"command\", expected \"none\" while `amplifier.command` is empty",
        "`zone.0.amplifier.warm_up_seconds` is 301, expected a whole number from 0 to 300 seconds",
        "`zone.0.amplifier.answer_seconds_max` is 0, expected a whole number from 1 to 60 seconds",
        "`zone.1.amplifier.switch` is \"relay\", expected \"none\" or \"command\" or \"gpio\" or \"http\"",
        "`zone.1.amplifier.gpio.chip` is \"gpiochip0\", expected the device of a chip by its whole path",
        "`zone.1.amplifier.gpio.line` is 1024, expected a whole number from 0 to 1023",
        "`zone.2.amplifier.http.on` is \"192.168.1.50/on\", expected an address with http:// or https://",
        "`zone.2.amplifier.http.off` is \"\", expected a text",
        "`zone.2.amplifier.http.password_file` is \"\", expected a file while `user` is a name",
        "`zone.2.amplifier.http.user` is \"a:b\", expected a name without a colon",
        "`zone.3.amplifier.gpio.confirm_line` is 4, expected another line than `line`",
        "`zone.4.amplifier.http.off` is \"http://a/x\", expected another address than `on`",
        "`zone.4.amplifier.http.confirm_off_text` is \"\", expected a text while `confirm` is an address",
        "`zone.5.amplifier.http.confirm_off_text` is \"gone\", expected a text that does not hold `confirm_on_text`",
    ] {
        assert!(complaints.contains(words), "{words}\nin\n{complaints}");
    }
}

#[test]
fn an_amplifier_belongs_to_one_zone() {
    let gpio = "[zone.amplifier]\nswitch = \"gpio\"\n[zone.amplifier.gpio]\nline = 4";
    let complaints = Station::with_file(&[zone("mot", gpio), zone("hai", gpio)].concat()).complaints();
    assert!(
        complaints.contains("`zone.1.amplifier.gpio.line` is 4, expected one that no other zone's amplifier has"),
        "{complaints}"
    );
    for (one, other, key) in [
        ("line = 4", "line = 7\nconfirm_line = 4", "gpio.confirm_line` is 4"),
        ("line = 4\nconfirm_line = 5", "line = 7\nconfirm_line = 5", "gpio.confirm_line` is 5"),
        ("line = 4\nconfirm_line = 5", "line = 5", "gpio.line` is 5"),
    ] {
        let gpio = |lines| format!("[zone.amplifier]\nswitch = \"gpio\"\n[zone.amplifier.gpio]\n{lines}");
        let complaints =
            Station::with_file(&[zone("mot", &gpio(one)), zone("hai", &gpio(other))].concat()).complaints();
        let expected = format!("`zone.1.amplifier.{key}, expected one that no other zone's amplifier has");
        assert!(complaints.contains(&expected), "{expected}\nin\n{complaints}");
    }
    for (on, off, key) in [("b/1", "a/0", "off` is \"http://a/0\""), ("a/0", "b/0", "on` is \"http://a/0\"")] {
        let http = |on, off| {
            let section = "[zone.amplifier]\nswitch = \"http\"\n[zone.amplifier.http]";
            format!("{section}\non = \"http://{on}\"\noff = \"http://{off}\"")
        };
        let zones = [zone("mot", &http("a/1", "a/0")), zone("hai", &http(on, off))];
        let complaints = Station::with_file(&zones.concat()).complaints();
        let expected = format!("`zone.1.amplifier.http.{key}, expected one that no other zone's amplifier has");
        assert!(complaints.contains(&expected), "{expected}\nin\n{complaints}");
    }
    let command = "[zone.amplifier]\nswitch = \"command\"";
    let text =
        ["[amplifier]\ncommand = [\"power\", \"{power}\"]\n".to_owned(), zone("mot", command), zone("hai", command)];
    let complaints = Station::with_file(&text.concat()).complaints();
    assert!(complaints.contains("expected {zone} among the arguments"), "{complaints}");
    for (command, words) in [
        ("[\"bin/power\", \"{power}\"]", "expected a program by its name alone, or by its whole path from /"),
        ("[\"power\", \"on\"]", "expected a program with {power} among its arguments"),
    ] {
        let complaints = Station::with_file(&format!("[amplifier]\ncommand = {command}\n")).complaints();
        assert!(complaints.contains(words), "{words}\nin\n{complaints}");
    }
}

#[test]
fn the_console_cannot_say_which_program_is_run() {
    let station = Station::with_file("[data]\nfolder = \"data\"\n");
    std::fs::create_dir(station.path("data")).unwrap();
    std::fs::write(station.path("data/settings.toml"), "[amplifier]\ncommand = [\"rm\", \"{power}\"]\n").unwrap();
    let complaints = station.complaints();
    assert!(complaints.contains("which program is run is not the console's to say"), "{complaints}");
}
