//! Setting a text right before it is compared. Pure.

use unicode_normalization::UnicodeNormalization;

/// Beginnings of parts of a line that a site adds, each with the mark behind it: who wrote it, who took it over, how often it was read. All up to the
/// next mark or the end of the line goes.
const ADDED: [(&str, char); 17] = [
    ("来源", ':'),
    ("来源", ' '),
    ("文章来源", ':'),
    ("责任编辑", ':'),
    ("责编", ':'),
    ("编辑", ':'),
    ("记者", ':'),
    ("作者", ':'),
    ("原标题", ':'),
    ("发布时间", ':'),
    ("发布日期", ':'),
    ("阅读", ':'),
    ("阅读量", ':'),
    ("浏览", ':'),
    ("浏览次数", ':'),
    ("版权声明", ':'),
    ("免责声明", ':'),
];
/// Endings of the name of a site behind the last hyphen of a title.
const SITES: [&str; 14] = [
    "网",
    "网站",
    "新闻",
    "资讯",
    "频道",
    "日报",
    "晚报",
    "在线",
    "客户端",
    "头条",
    "号",
    "news",
    "com",
    "cn",
];

/// A text in one width and case, without what sites add to the news that they take over; its title is the first line.
#[must_use]
pub fn normalised(text: &str) -> String {
    let text: String = text.nfkc().collect::<String>().to_lowercase();
    let mut out = String::with_capacity(text.len());
    for (n, line) in text.lines().enumerate() {
        let line = if n == 0 { without_site(line) } else { line };
        out.push_str(&without_added(line));
        out.push('\n');
    }
    out
}

/// A text as [`normalised`], without marks, blanks and times as well.
#[must_use]
pub fn plain(text: &str) -> String {
    let text = normalised(text);
    let mut out = String::with_capacity(text.len());
    for word in text.split_whitespace().filter(|word| !is_time(word)) {
        out.extend(word.chars().filter(|c| c.is_alphanumeric()));
    }
    out
}

/// A title without the name of the site at its end.
fn without_site(title: &str) -> &str {
    for mark in ['-', '_', '|', '–', '—'] {
        if let Some((before, site)) = title.rsplit_once(mark)
            && before.chars().count() >= 4
            && site.trim().chars().count() <= 16
            && SITES.iter().any(|ending| site.trim().ends_with(ending))
        {
            return before;
        }
    }
    title
}

/// A line without what sites add.
fn without_added(line: &str) -> String {
    let mut line = line.to_owned();
    for (word, mark) in ADDED {
        // A line has few of them; each round takes one out.
        for _ in 0..4 {
            let Some(from) = begins(&line, word, mark) else { break };
            let behind = from + word.len() + mark.len_utf8();
            let rest = line.get(behind..).unwrap_or_default().trim_start();
            let end =
                rest.find([' ', '\u{3000}', '。', ')', '】', ']', '，', ',', ';']).unwrap_or(rest.len());
            let after = rest.get(end..).unwrap_or_default().to_owned();
            line = format!("{} {after}", line.get(..from).unwrap_or_default());
        }
    }
    line
}

/// Where a word with this mark right behind it begins.
fn begins(line: &str, word: &str, mark: char) -> Option<usize> {
    let marked = |at: &usize| line.get(at + word.len()..).is_some_and(|rest| rest.starts_with(mark));
    line.match_indices(word).map(|(at, _)| at).find(marked)
}

/// Whether a word is a time of day, or the date before one: when a site took the news over.
fn is_time(word: &str) -> bool {
    let parts: Vec<&str> = word.split([':', '-', '/']).collect();
    let digits =
        |part: &&str| !part.is_empty() && part.len() <= 4 && part.bytes().all(|b| b.is_ascii_digit());
    (2..=3).contains(&parts.len()) && parts.iter().all(digits)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_sites_add_is_no_part_of_the_news() {
        for (text, wanted) in [
            ("电线抽查不合格 - 某某新闻网", "电线抽查不合格"),
            (
                "电线抽查不合格_某某频道\n２０２６－１１－０２ 10:20　来源：某某日报\n正文",
                "电线抽查不合格正文",
            ),
            ("正文。责任编辑：甲", "正文"),
            ("ＡＢＣ，abc！", "abcabc"),
            ("型号 X-200", "型号x200"),
            ("", ""),
        ] {
            assert_eq!(plain(text), wanted, "{text}");
        }
    }
}
