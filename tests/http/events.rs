//! What changes, as it changes.

use super::Station;
use crate::support::cli::Town;

#[test]
fn everybody_hears_what_one_person_changed_and_a_seat_is_free_again_when_its_page_goes() {
    let town = Town::new();
    town.furnish();
    let config = std::fs::read_to_string(town.config()).unwrap();
    std::fs::write(town.config(), config.replace("[console]", "[console]\nlive_pages_max = 2")).unwrap();
    let station = Station::of(town);
    let admin = station.admin();
    let (mut one, mut two) = (admin.events(), admin.events());
    let mut third = station.browser();
    third.cookie.clone_from(&admin.cookie);
    third.get("/events").refused(503, "too_many_pages");

    station.town.loa(&["queue", "add", "2"]).done();
    for events in [&mut one, &mut two] {
        events.until(|name, data| name == "changed" && data["topic"] == "queue");
    }
    drop(two);
    // The server notices a line that is gone when it next writes to it: within one look at an idle station's clock.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(60);
    loop {
        let answer =
            third.agent.get(format!("{}/api/v1/events", third.url)).header("cookie", third.cookie.as_deref().unwrap());
        if answer.call().unwrap().status().as_u16() == 200 {
            break;
        }
        assert!(std::time::Instant::now() < deadline, "the seat stays taken");
        std::thread::sleep(std::time::Duration::from_millis(50));
    }
    drop(one);
}
