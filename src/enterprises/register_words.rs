//! The words that the registers of enterprises use for a status, beside those of the list itself.

use crate::core::cells::compact;
use crate::enterprises::OperatingStatus;

/// What the registers call each status. A status that has no word here is for a person to decide.
const WORDS: [(OperatingStatus, &[&str]); 5] = [
    (
        OperatingStatus::Operating,
        &[
            "存续",
            "开业",
            "在业",
            "在册",
            "正常",
            "营业",
            "营业中",
            "正常营业",
            "正常经营",
            "登记成立",
            "成立",
            "确立",
            "迁入",
            "仍注册",
        ],
    ),
    (
        OperatingStatus::Suspended,
        &[
            "已停业",
            "歇业",
            "已歇业",
            "歇业中",
            "停产",
            "停产停业",
            "暂停营业",
            "停业整顿",
            "责令关闭",
            "清算",
            "清算中",
        ],
    ),
    (OperatingStatus::Deregistered, &["已注销", "注销登记", "吊销已注销", "撤销", "撤销登记", "已撤销"]),
    (OperatingStatus::Revoked, &["已吊销", "吊销未注销", "吊销营业执照", "被吊销"]),
    (OperatingStatus::MovedOut, &["已迁出", "迁移", "迁址", "外迁", "迁往外地", "迁往市外", "迁往省外"]),
];

impl OperatingStatus {
    /// The status that a word stands for: that of the list, in Chinese or English, or one of the registers, as in
    /// `存续（在营、开业、在册）` or `吊销，未注销`. Several words that mean different things stand for none.
    #[must_use]
    pub fn of(text: &str) -> Option<Self> {
        let word = compact(text).to_lowercase();
        let word = word.trim_end_matches("企业").trim_end_matches("状态");
        if let Some(known) = Self::of_word(word) {
            return Some(known);
        }
        let joined: String =
            word.chars().filter(|c| !matches!(c, ',' | '、' | '/' | '-' | '(' | ')')).collect();
        if let Some(known) = Self::of_word(&joined) {
            return Some(known);
        }
        let mut all = None;
        for part in word.split(['(', ')', ',', '、', '/', ';']).filter(|part| !part.is_empty()) {
            let one = Self::of_word(part)?;
            if *all.get_or_insert(one) != one {
                return None;
            }
        }
        all
    }

    fn of_word(word: &str) -> Option<Self> {
        let own = Self::ALL.iter().find(|status| status.name_zh() == word || status.as_str() == word);
        own.copied()
            .or_else(|| WORDS.iter().find(|(_, words)| words.contains(&word)).map(|(status, _)| *status))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_of_the_registers_are_known() {
        for (text, status) in [
            ("存续", OperatingStatus::Operating),
            (" 存 续 ", OperatingStatus::Operating),
            ("存续（在营、开业、在册）", OperatingStatus::Operating),
            ("在营（开业）企业", OperatingStatus::Operating),
            ("正常", OperatingStatus::Operating),
            ("Moved_Out", OperatingStatus::MovedOut),
            ("吊销，未注销", OperatingStatus::Revoked),
            ("吊销,已注销", OperatingStatus::Deregistered),
            ("吊销（未注销）", OperatingStatus::Revoked),
            ("注销企业", OperatingStatus::Deregistered),
            ("歇业", OperatingStatus::Suspended),
            ("已歇业", OperatingStatus::Suspended),
            ("迁往省外", OperatingStatus::MovedOut),
        ] {
            assert_eq!(OperatingStatus::of(text), Some(status), "{text}");
        }
        for text in ["", "open", "1", "在营、停业", "在营或停业", "不详", "（）", "、"] {
            assert_eq!(OperatingStatus::of(text), None, "{text}");
        }
    }
}
