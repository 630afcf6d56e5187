//! Feeds of news: RSS 2.0 and Atom. Pure. Names of authors are passed over.

use super::bare::bare;
use super::xml::{Fault, Xml, XmlEvent, decoded};
use crate::core::clock::shanghai_moment;
use crate::core::secret::short_digest;
use chrono::{DateTime, NaiveDate, NaiveDateTime, NaiveTime, Utc};

/// An entry of a feed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Entry {
    /// What the feed calls it; its address where it has no name.
    pub id: String,
    /// The title, without markup.
    pub title: String,
    /// The text, without markup.
    pub text: String,
    /// The address.
    pub url: Option<String>,
    /// When it was published.
    pub at: Option<DateTime<Utc>>,
}

impl Entry {
    /// The day of its publication in Asia/Shanghai.
    #[must_use]
    pub fn day(&self) -> Option<NaiveDate> {
        self.at.map(crate::core::clock::shanghai_date)
    }
}

/// The entries of a feed, at most so many, from its beginning.
///
/// # Errors
/// Broken XML, a document type; XML that is neither RSS nor Atom.
pub fn entries(bytes: &[u8], most: usize) -> Result<Vec<Entry>, Fault> {
    let text = decoded(bytes)?;
    let mut xml = Xml::new(text.trim_start_matches('\u{feff}'));
    let (mut all, mut open, mut root): (Vec<Entry>, Option<Entry>, String) = Default::default();
    // How deep within the entry: a source of an Atom entry has a title of its own. What stands deeper in a text is a part of it.
    let (mut depth, mut top, mut inner) = (0_usize, String::new(), String::new());
    while all.len() < most {
        match xml.next()? {
            XmlEvent::Open(element, href) => {
                if root.is_empty() {
                    if !matches!(element.as_str(), "rss" | "feed" | "rdf") {
                        return Err(Fault::Damaged);
                    }
                    root.clone_from(&element);
                }
                if matches!(element.as_str(), "item" | "entry") && open.is_none() {
                    (open, depth) = (Some(Entry::default()), 0);
                } else if let Some(entry) = &mut open {
                    depth += 1;
                    if depth == 1 {
                        top.clone_from(&element);
                        inner.clear();
                    }
                    if element == "link" && depth == 1 && entry.url.is_none() {
                        entry.url = href.and_then(|href| address(&href));
                    }
                }
            }
            XmlEvent::Close(element, text) => {
                if depth == 0 {
                    all.extend(open.take_if(|_| matches!(element.as_str(), "item" | "entry")).map(named));
                    continue;
                }
                // Elements of pictures are called so as well, and say who took them.
                let names = matches!(
                    element.as_str(),
                    "credit" | "name" | "author" | "creator" | "copyright" | "title"
                );
                if depth > 1 && is_text(&top) && !names {
                    inner.push_str(&text);
                    inner.push(' ');
                }
                if let Some(entry) = open.as_mut().filter(|_| depth == 1) {
                    let whole = if inner.is_empty() { text } else { format!("{text} {inner}") };
                    field(entry, &element, &whole);
                }
                depth = depth.saturating_sub(1);
            }
            XmlEvent::End => break,
        }
    }
    if root.is_empty() {
        return Err(Fault::Damaged);
    }
    all.retain(|entry| !entry.title.is_empty() || !entry.text.is_empty());
    Ok(all)
}

/// Whether an element holds the text of an entry.
fn is_text(element: &str) -> bool {
    matches!(element, "description" | "summary" | "content" | "encoded")
}

fn field(entry: &mut Entry, element: &str, text: &str) {
    match element {
        "title" => entry.title = bare(text),
        _ if is_text(element) => {
            let text = bare(text);
            // The longer one tells more.
            if text.chars().count() > entry.text.chars().count() {
                entry.text = text;
            }
        }
        "guid" | "id" => entry.id = text.trim().to_owned(),
        "link" if entry.url.is_none() => entry.url = address(text),
        "pubdate" | "published" | "updated" | "date" if entry.at.is_none() || element == "published" => {
            entry.at = moment(text).or(entry.at);
        }
        _ => {}
    }
}

/// Gives a name to what has none.
fn named(mut entry: Entry) -> Entry {
    if entry.id.is_empty() {
        entry.id = entry.url.clone().unwrap_or_default();
    }
    if entry.id.is_empty() {
        entry.id = short_digest(format!("{}\n{}", entry.title, entry.text).as_bytes());
    }
    entry
}

fn address(text: &str) -> Option<String> {
    let text = text.trim();
    let fits = (text.starts_with("https://") || text.starts_with("http://")) && text.len() <= 2_000;
    fits.then(|| text.to_owned())
}

/// Forms of a day with a time without a zone, as many sites of this country write them.
const CIVIL: [&str; 7] = [
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y/%m/%d %H:%M:%S",
    "%Y/%m/%d %H:%M",
    "%Y年%m月%d日 %H:%M:%S",
    "%Y年%m月%d日 %H:%M",
];
/// Forms of a day alone.
const DAYS: [&str; 3] = ["%Y-%m-%d", "%Y/%m/%d", "%Y年%m月%d日"];

/// When an entry was published: as RFC 822 and RFC 3339 say, also with a weekday that is wrong; else by the clock of Asia/Shanghai.
fn moment(text: &str) -> Option<DateTime<Utc>> {
    let text = text.trim();
    // Of the zones that are called so, feeds mean that of this country.
    let text = text.strip_suffix("CST").map_or_else(|| text.to_owned(), |text| format!("{text}+0800"));
    let zoned = DateTime::parse_from_rfc2822(&text)
        .or_else(|_| DateTime::parse_from_rfc2822(text.split_once(',').map_or("", |(_, rest)| rest.trim())))
        .or_else(|_| DateTime::parse_from_rfc3339(&text))
        .map(|moment| moment.with_timezone(&Utc));
    let civil = || CIVIL.iter().find_map(|form| NaiveDateTime::parse_from_str(&text, form).ok());
    let day = || DAYS.iter().find_map(|form| NaiveDate::parse_from_str(&text, form).ok());
    zoned
        .ok()
        .or_else(|| civil().or_else(|| day().map(|day| day.and_time(NaiveTime::MIN))).map(shanghai_moment))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn rss_and_atom_are_read_without_authors() {
        let rss = "<?xml version=\"1.0\"?><rss><channel><title>频道</title><item><title>甲 &amp; 乙</title><author>张三</author>\
            <link>https://a.cn/1</link><guid>1</guid><pubDate>Mon, 02 Nov 2026 10:20:00 +0800</pubDate>\
            <description><![CDATA[<p>正文<br/>二</p>]]></description></item><item/></channel></rss>";
        let found = entries(rss.as_bytes(), 10).unwrap();
        assert_eq!(found.len(), 1);
        assert_eq!(
            (found[0].title.as_str(), found[0].text.as_str(), found[0].id.as_str()),
            ("甲 & 乙", "正文 二", "1")
        );
        assert_eq!(found[0].day(), NaiveDate::from_ymd_opt(2026, 11, 2));
        let atom = "<feed xmlns=\"http://www.w3.org/2005/Atom\"><title>频道</title><entry><title>丙</title>\
            <author><name>李四</name></author><link href=\"https://a.cn/2\"/><updated>2026-11-02T02:20:00Z</updated>\
            <summary>正文</summary></entry></feed>";
        let found = entries(atom.as_bytes(), 10).unwrap();
        assert_eq!((found[0].id.as_str(), found[0].title.as_str()), ("https://a.cn/2", "丙"));
        let xhtml = "<feed><entry><id>3</id><title>丁</title><content type=\"xhtml\"><div><p>正文</p><p>二</p></div></content>\
            <media:content xmlns:media=\"m\"><media:credit>赵六</media:credit></media:content></entry></feed>";
        assert_eq!(entries(xhtml.as_bytes(), 10).unwrap()[0].text, "正文 二");
        let told = format!("{found:?}");
        assert!(!told.contains("李四") && !told.contains("频道"), "{told}");
    }

    #[test]
    fn moments_are_read_as_sites_write_them() {
        for text in [
            "Mon, 02 Nov 2026 10:20:00 +0800",
            "Tue, 02 Nov 2026 10:20:00 +0800",
            "02 Nov 2026 02:20:00 GMT",
            "Mon, 02 Nov 2026 10:20:00 CST",
            "2026-11-02T02:20:00Z",
            "2026-11-02 10:20:00",
            "2026-11-02 10:20",
            "2026/11/02 10:20:00",
            "2026年11月02日 10:20",
        ] {
            let found = moment(text).map(|moment| moment.to_rfc3339());
            assert_eq!(found.as_deref(), Some("2026-11-02T02:20:00+00:00"), "{text}");
        }
        let day = |text: &str| moment(text).map(crate::core::clock::shanghai_date);
        for text in ["2026-11-02", "2026年11月2日", "2026/11/2"] {
            assert_eq!(day(text), NaiveDate::from_ymd_opt(2026, 11, 2), "{text}");
        }
        for text in ["", "昨天", "2026-13-02", "x, y", "CST"] {
            assert_eq!(moment(text), None, "{text}");
        }
    }

    #[test]
    fn bounds_and_strange_feeds() {
        let many = format!("<rss>{}</rss>", "<item><title>x</title></item>".repeat(50));
        assert_eq!(entries(many.as_bytes(), 7).unwrap().len(), 7);
        for odd in
            ["", "<html><body/></html>", "<!DOCTYPE rss [<!ENTITY a \"b\">]><rss/>", "<rss><item>", "\u{0}"]
        {
            assert!(entries(odd.as_bytes(), 7).is_err(), "{odd}");
        }
        assert!(entries("<rss/>".as_bytes(), 7).unwrap().is_empty());
        let gbk = b"<?xml version=\"1.0\" encoding=\"gb2312\"?><rss><item><title>\xb5\xe7\xcf\xdf</title></item></rss>";
        assert_eq!(entries(gbk, 7).unwrap()[0].title, "电线");
    }
}
