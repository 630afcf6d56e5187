//! What kind of behaviour a penalty is about, whether it was waived, and whether the scoring leaves it out. Pure: the words are settings.

use crate::core::cells::compact;
use crate::inspections::words::InspectedRole;
use crate::penalty_lists::settings::{LeftOut, PenaltyRules, RoleWords};

/// What a penalty says of an act.
#[derive(Debug, Clone, Copy, Default)]
pub struct Said<'a> {
    /// Kind of violation (违法行为类型), or the facts where the list has no kind.
    pub act: &'a str,
    /// Facts of the violation (违法事实).
    pub facts: Option<&'a str>,
    /// Product concerned (涉案产品).
    pub product: Option<&'a str>,
    /// Kinds of penalty (处罚种类).
    pub kind: Option<&'a str>,
    /// Penalty imposed (处罚内容).
    pub content: Option<&'a str>,
    /// Amount of the fine (罚款金额), in fen.
    pub fine_fen: Option<i64>,
    /// Remarks (备注).
    pub remarks: Option<&'a str>,
}

/// How a penalty is to be counted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// As this behaviour.
    As(String),
    /// It was waived, and stands on the file without points.
    Waived,
    /// Its act is none that the rules know, or several of them: an officer decides.
    Unknown,
}

/// Why the scoring leaves a penalty out, where it does. Of a list that names the product, the product decides; else the act and the facts do.
#[must_use]
pub fn left_out<'r>(said: Said<'_>, rules: &'r PenaltyRules) -> Option<&'r LeftOut> {
    let texts: Vec<String> =
        [Some(said.act), said.facts, said.product].into_iter().flatten().map(compact).collect();
    rules.leaves_out.iter().find(|row| texts.iter().any(|text| names(text, row)))
}

/// Whether a text has a word of a row outside of the words that are no such thing.
fn names(text: &str, row: &LeftOut) -> bool {
    let mut rest = text.to_owned();
    for except in &row.except {
        rest = rest.replace(&compact(except), "\u{1}");
    }
    row.words.iter().any(|word| rest.contains(&compact(word)))
}

/// How a penalty is to be counted.
#[must_use]
pub fn counted(said: Said<'_>, rules: &PenaltyRules) -> Counted {
    let imposed: String = [said.kind, said.content].into_iter().flatten().map(compact).collect();
    let remarks = said.remarks.map(compact).unwrap_or_default();
    let has = |text: &str, words: &[String]| words.iter().any(|word| text.contains(&compact(word)));
    if has(&imposed, &rules.waived_words) || (imposed.is_empty() && has(&remarks, &rules.waived_words)) {
        return Counted::Waived;
    }
    let act = compact(said.act);
    // How long the longest word of each behaviour is that the act has.
    let mut found: Vec<(usize, &str)> = rules
        .acts
        .iter()
        .filter_map(|row| {
            let lengths =
                row.words.iter().map(|word| compact(word)).filter(|word| act.contains(word.as_str()));
            lengths.map(|word| word.chars().count()).max().map(|length| (length, row.behaviour.as_str()))
        })
        .collect();
    found.sort_by_key(|one| std::cmp::Reverse(one.0));
    match found.as_slice() {
        [] => {}
        [(first, _), (second, _), ..] if first == second => return Counted::Unknown,
        [(_, behaviour), ..] => return Counted::As((*behaviour).to_owned()),
    }
    if !has(&act, &rules.quality_words) {
        return Counted::Unknown;
    }
    let Some(row) = rules.gravity.iter().find(|row| has(&imposed, &row.words)) else {
        return Counted::Unknown;
    };
    let first = rules.gravity.first().is_some_and(|gravest| gravest.behaviour == row.behaviour);
    let small = said.fine_fen.is_some_and(|fen| fen < i64::from(rules.small_fine_yuan) * 100);
    if small && !first && !imposed.contains("没收") {
        return Counted::As(rules.small_fine_behaviour.clone());
    }
    Counted::As(row.behaviour.clone())
}

/// As what a party acted: the role whose word stands first in the act; of words at one place the longest.
#[must_use]
pub fn role(act: &str, rules: &PenaltyRules) -> InspectedRole {
    let act = compact(act);
    let of_row = |row: &RoleWords| {
        let words = row.words.iter().map(|word| compact(word));
        words.filter_map(|word| act.find(&word).map(|at| (at, std::cmp::Reverse(word.len())))).min()
    };
    let found =
        rules.roles.iter().filter_map(|row| of_row(row).map(|at| (at, row.role))).min_by_key(|(at, _)| *at);
    found.map_or(rules.default_role, |(_, role)| role)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::penalty_lists::settings::PenaltyListSettings;

    fn rules() -> PenaltyRules {
        PenaltyListSettings::default().rules.into_iter().next().unwrap()
    }

    fn of(act: &str, imposed: &str, fine_yuan: Option<i64>) -> Counted {
        let fine_fen = fine_yuan.map(|yuan| yuan * 100);
        counted(Said { act, content: Some(imposed), fine_fen, ..Said::default() }, &rules())
    }

    #[test]
    fn the_behaviour_is_known_by_the_act_then_by_what_was_imposed() {
        let known = |behaviour: &str| Counted::As(behaviour.to_owned());
        for (act, imposed, fine, wanted) in [
            ("在产品中掺杂、掺假", "罚款 50000 元", Some(50_000), known("adulteration")),
            ("以不合格产品冒充合格产品", "没收违法所得", None, known("adulteration")),
            ("冒用认证标志", "罚款 3 万元", None, known("counterfeit")),
            ("拒绝接受依法进行的产品质量监督检查", "警告", None, known("sampling_refused")),
            ("生产不符合国家标准的产品", "罚款 20000 元", Some(20_000), known("penalty_ordinary")),
            ("生产不符合国家标准的产品", "罚款 500 元", Some(500), known("penalty_minor")),
            ("生产不符合国家标准的产品", "没收违法所得，罚款 500 元", Some(500), known("penalty_ordinary")),
            ("生产不符合国家标准的产品", "吊销营业执照", Some(500), known("penalty_severe")),
            ("销售不合格产品", "警告", None, known("penalty_minor")),
            ("销售不合格产品", "不予行政处罚", None, Counted::Waived),
            ("发布违法广告", "罚款 20000 元", Some(20_000), Counted::Unknown),
            ("销售不合格产品", "责令改正", None, Counted::Unknown),
            // Two behaviours by words of one length.
            ("掺杂，假冒", "罚款", None, Counted::Unknown),
        ] {
            assert_eq!(of(act, imposed, fine), wanted, "{act} {imposed}");
        }
    }

    #[test]
    fn remarks_waive_only_where_nothing_was_imposed() {
        let said = Said { act: "销售不合格产品", remarks: Some("首违不罚"), ..Said::default() };
        assert_eq!(counted(said, &rules()), Counted::Waived);
        let fined = Said { content: Some("罚款 2000 元"), ..said };
        assert_eq!(counted(fined, &rules()), Counted::As("penalty_ordinary".to_owned()));
    }

    #[test]
    fn what_the_scoring_leaves_out_is_known_by_act_facts_and_product() {
        let rules = rules();
        let key = |act: &str, product: Option<&str>| {
            left_out(Said { act, product, ..Said::default() }, &rules).map(|row| row.key.clone())
        };
        for (act, product, wanted) in [
            ("经营超过保质期的食品", None, Some("food")),
            ("生产不合格食品相关产品", Some("食品用塑料包装"), None),
            ("销售不合格产品", Some("食品级润滑油"), None),
            ("销售未经注册的化妆品", None, Some("cosmetics")),
            ("使用未经检定的计量器具", None, Some("measuring_instruments")),
            ("使用未经检验的特种设备", None, Some("special_equipment")),
            ("销售不合格产品", Some("电动自行车"), None),
            ("销售劣药", Some("处方药"), Some("drugs")),
            ("生产不合格农药", Some("农药"), None),
            ("生产不符合国家标准的产品", Some("热轧带肋钢筋"), None),
        ] {
            assert_eq!(key(act, product).as_deref(), wanted, "{act} {product:?}");
        }
    }

    #[test]
    fn the_role_is_that_of_the_first_word() {
        let rules = rules();
        for (act, wanted) in [
            ("生产、销售不符合国家标准的产品", InspectedRole::Producer),
            ("销售无生产许可证的产品", InspectedRole::Seller),
            ("网络销售不合格产品", InspectedRole::Online),
            ("使用不合格的电线", InspectedRole::ServiceUser),
            ("冒用认证标志", InspectedRole::Seller),
        ] {
            assert_eq!(role(act, &rules), wanted, "{act}");
        }
    }
}
