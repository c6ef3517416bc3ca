//! The articles of a portal: every form of feed, counted by words; and what is no feed.

use chrono_tz::Tz;
use loa::desk::{Feed, FeedQuery, FeedSum, parse_feed};
use loa::domain::time::Days;

pub(super) fn query(keywords: &[&str]) -> FeedQuery {
    FeedQuery {
        keywords: keywords.iter().map(ToString::to_string).collect(),
        days: Days::ALL,
        zone: Tz::Asia__Ho_Chi_Minh,
        campaign: Some("CCHC".to_owned()),
        topic: None,
    }
}

/// An RSS feed; each entry with title, link and RFC 2822 time.
pub(super) fn rss(items: &[(String, String, String)]) -> String {
    let items = items.iter().map(|(title, link, at)| {
        let title = title.replace('&', "&amp;").replace('<', "&lt;");
        format!("<item><title>{title}</title><link>{link}</link><pubDate>{at}</pubDate></item>\n")
    });
    let items: String = items.collect();
    format!("<?xml version=\"1.0\"?>\n<rss version=\"2.0\"><channel><title>Cổng TTĐT</title>{items}</channel></rss>")
}

fn titles(feed: &Feed) -> Vec<&str> {
    feed.articles.iter().map(|article| article.title.as_str()).collect()
}

fn item(title: &str, link: &str, at: &str) -> (String, String, String) {
    (title.to_owned(), format!("https://laicach.gov.vn/{link}"), at.to_owned())
}

#[test]
fn articles_are_found_by_whole_words_without_diacritics_and_counted_once() {
    let at = "Mon, 06 Mar 2023 08:00:00 +0700";
    let feed = rss(&[
        item("Đẩy mạnh cải cách hành chính năm 2023", "1", at),
        item("DAY MANH CAI CACH HANH CHINH", "2", at),
        item("Cải cách & thủ tục hành chính", "3", at),
        item("Kế hoạch CCHC", "4", at),
        item("Kế hoạch CCHC", "4/?utm_source=zalo", at),
        item("Tin CCHCX không phải", "5", at),
        item("Tin về CCHC không có ngày", "6", ""),
    ]);
    let found = parse_feed(feed.as_bytes(), "rss.xml", &query(&["cải cách hành chính", "CCHC"])).unwrap();
    assert_eq!(
        titles(&found),
        ["Đẩy mạnh cải cách hành chính năm 2023", "DAY MANH CAI CACH HANH CHINH", "Kế hoạch CCHC"]
    );
    assert_eq!(found.sum, FeedSum { entries: 7, wanted: 3, other: 2, outside: 0, undated: 1, repeated: 1 });
    assert_eq!(found.articles[0].day.to_string(), "2023-03-06");
}

#[test]
fn the_day_of_an_article_is_that_of_the_station() {
    // Late in the evening of the 14th in Greenwich is the morning of the 15th in Vietnam, in another reporting month.
    let feed = rss(&[item("CCHC", "1", "Tue, 14 Mar 2023 20:00:00 GMT")]);
    let all = parse_feed(feed.as_bytes(), "rss.xml", &query(&["cchc"])).unwrap();
    assert_eq!(all.articles[0].day.to_string(), "2023-03-15");
    let days = Days { from: None, to: "2023-03-14".parse().ok() };
    let until = parse_feed(feed.as_bytes(), "rss.xml", &FeedQuery { days, ..query(&["cchc"]) }).unwrap();
    assert_eq!((until.articles.len(), until.sum.outside), (0, 1));
}

#[test]
fn atom_json_and_sitemaps_say_the_same() {
    let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><id>x</id><title>t</title><updated>2023-03-06T01:00:00Z</updated>\
        <entry><id>1</id><title>Tin về CCHC</title><link href=\"https://laicach.gov.vn/tin-cchc\"/>\
        <published>2023-03-06T01:00:00Z</published><updated>2024-01-01T00:00:00Z</updated></entry></feed>";
    let json = "{\"version\":\"https://jsonfeed.org/version/1\",\"title\":\"t\",\"items\":[{\"id\":\"1\",\
        \"url\":\"https://laicach.gov.vn/tin-cchc\",\"title\":\"Tin về CCHC\",\"content_text\":\"\",\
        \"date_published\":\"2023-03-06T08:00:00+07:00\"}]}";
    let sitemap = "<?xml version=\"1.0\"?><urlset xmlns=\"http://www.sitemaps.org/schemas/sitemap/0.9\" \
        xmlns:news=\"n\"><url><loc>https://laicach.gov.vn/tin-cchc</loc><lastmod>2023-03-06</lastmod>\
        <news:news><news:title><![CDATA[Tin về ]]>CCHC</news:title></news:news></url>\
        <url><loc>https://laicach.gov.vn/the-thao</loc><lastmod>2023-03-06T08:00:00+07:00</lastmod></url></urlset>";
    for (form, text) in [("atom", atom), ("json", json), ("sitemap", sitemap)] {
        let feed = parse_feed(text.as_bytes(), form, &query(&["cchc"])).unwrap();
        assert_eq!(titles(&feed), ["Tin về CCHC"], "{form}");
        assert_eq!(feed.articles[0].link(), Some("https://laicach.gov.vn/tin-cchc"), "{form}");
        assert_eq!(feed.articles[0].day.to_string(), "2023-03-06", "{form}");
    }
}

#[test]
fn a_sitemap_without_titles_is_searched_by_its_addresses() {
    let url =
        |path: &str| format!("<url><loc>https://a.vn/{path}?a=1&amp;b=2</loc><lastmod>2023-05-02</lastmod></url>");
    let sitemap = format!("<urlset>{}{}</urlset>", url("cai-cach-hanh-chinh-quy-1"), url("cai-cach-tien-luong"));
    let feed = parse_feed(sitemap.as_bytes(), "sitemap.xml", &query(&["cải cách hành chính"])).unwrap();
    assert_eq!(titles(&feed), ["https://a.vn/cai-cach-hanh-chinh-quy-1?a=1&b=2"]);
    assert_eq!(feed.sum.other, 1);
}

#[test]
fn what_is_no_feed_is_told_with_what_to_do() {
    let cases: [(&[u8], &str, &str); 7] = [
        (b"", "is empty", "look at the address in a browser"),
        (b" \r\n\t", "is empty", "browser"),
        (b"<!DOCTYPE html><html><body>Loi 404</body></html>", "is a web page (HTML)", "/rss"),
        (b"\xef\xbb\xbf<HTML><head></head></HTML>", "is a web page (HTML)", "/rss"),
        (
            b"<sitemapindex><sitemap><loc>https://a.vn/1.xml</loc></sitemap></sitemapindex>",
            "list of sitemaps",
            "with the articles",
        ),
        (b"PK\x03\x04 nothing of the kind", "cannot be read", "RSS, Atom"),
        (b"<urlset><url><loc>https://a.vn</wrong></url></urlset>", "cannot be read", "RSS, Atom"),
    ];
    for (bytes, said, remedy) in cases {
        let error = parse_feed(bytes, "https://a.vn/feed", &query(&[])).unwrap_err();
        assert!(error.message.contains(said), "{said} is not in {error:?}");
        assert!(error.hint.as_deref().is_some_and(|hint| hint.contains(remedy)), "{remedy} is not in {error:?}");
    }
}

#[test]
fn a_feed_has_bounds() {
    let huge = vec![b'<'; loa::desk::FEED_BYTES_MAX + 1];
    let error = parse_feed(&huge, "feed", &query(&[])).unwrap_err();
    assert!(error.message.contains("more than 10000000 bytes"), "{error:?}");
    let at = "Mon, 06 Mar 2023 08:00:00 +0700";
    let many = |count: usize| rss(&(0..count).map(|n| item("t", &n.to_string(), at)).collect::<Vec<_>>());
    let error = parse_feed(many(10_001).as_bytes(), "feed", &query(&[])).unwrap_err();
    assert!(error.message.contains("more than 10000 entries"), "{error:?}");
    let urls: String = (0..10_001).map(|n| format!("<url><loc>https://a.vn/{n}</loc></url>")).collect();
    let error = parse_feed(format!("<urlset>{urls}</urlset>").as_bytes(), "feed", &query(&[])).unwrap_err();
    assert!(error.message.contains("more than 10000 entries"), "{error:?}");
}

#[test]
fn a_document_cannot_blow_itself_up() {
    let laughs = "<?xml version=\"1.0\"?><!DOCTYPE urlset [<!ENTITY a \"ha\"><!ENTITY b \"&a;&a;&a;&a;&a;&a;&a;&a;\">\
        <!ENTITY c SYSTEM \"file:///etc/passwd\">]>\
        <urlset><url><loc>https://a.vn/&b;&c;x</loc><lastmod>2023-03-06</lastmod></url></urlset>";
    let feed = parse_feed(laughs.as_bytes(), "feed", &query(&[])).unwrap();
    assert_eq!(feed.articles[0].link(), Some("https://a.vn/x"), "nothing is expanded, nothing is fetched");
}
