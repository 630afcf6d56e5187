//! What the rules do not cover is refused, with the article. Pure.

use crate::conduct::rules::{CreditRules, OutOfScope};
use crate::core::cells::compact;
use crate::core::{Code, Problem, Text};

/// What an entry is about where nothing else is said.
pub const INDUSTRIAL_PRODUCT: &str = "industrial_product";

/// The row of what is not covered into which a matter falls, by its own word or by the law that is cited.
fn outside<'a>(rules: &'a CreditRules, matter: Option<&str>, cited: &[&str]) -> Option<&'a OutOfScope> {
    let by_word = rules.out_of_scope.iter().find(|row| matter == Some(row.key.as_str()));
    // Blanks, width and case are no part of the name of a law.
    let plain = |text: &str| compact(text).to_lowercase();
    let cited: Vec<String> = cited.iter().copied().map(plain).collect();
    let cites = |row: &&OutOfScope| {
        let mut laws = row.laws.iter().map(|law| plain(law));
        laws.any(|law| cited.iter().any(|text| text.contains(&law)))
    };
    by_word.or_else(|| rules.out_of_scope.iter().find(cites))
}

/// Refuses what the rules do not cover.
///
/// # Errors
/// 422 with the article; 422 for a word that is not known.
pub fn require_in_scope(rules: &CreditRules, matter: Option<&str>, cited: &[&str]) -> Result<(), Problem> {
    if let Some(row) = outside(rules, matter, cited) {
        let text = Text::new(
            format!("该事项（{}）不纳入产品质量信用记分", row.text.zh),
            format!("the rules of credit do not cover this matter ({})", row.text.en),
        );
        return Err(Problem::new(Code::ConductOutOfScope, text).under(&row.article));
    }
    if matter.is_some_and(|matter| matter != INDUSTRIAL_PRODUCT) {
        let known: Vec<&str> = std::iter::once(INDUSTRIAL_PRODUCT)
            .chain(rules.out_of_scope.iter().map(|row| row.key.as_str()))
            .collect();
        let known = known.join(", ");
        return Err(Problem::field(
            "/matter",
            Text::new(format!("须为以下之一：{known}"), format!("must be one of {known}")),
        ));
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::conduct::settings::ConductSettings;

    #[test]
    fn food_and_the_like_are_refused_with_the_article() {
        let settings = ConductSettings::default();
        let rules = &settings.rules[0];
        for matter in ["food", "food_additive", "cosmetics", "measuring_instrument", "special_equipment"] {
            let problem = require_in_scope(rules, Some(matter), &[]).unwrap_err();
            assert_eq!(problem.code, Code::ConductOutOfScope, "{matter}");
            assert!(problem.article.is_some(), "{matter}");
        }
        for law in [
            "《中华人民共和国食品安全法》第一百二十四条",
            "化妆品监督管理条例第六十条",
            "特种设备安全法第八十四条",
            "食 品　安 全 法",
            "食用农产品市场销售质量安全监督管理办法",
            "食品经营许可和备案管理办法",
            "网络食品安全违法行为查处办法",
            "计量器具新产品管理办法",
            "气瓶安全监察规定",
            "ＦＯＯＤ Safety law, art. 124",
            "《食品安全抽样检验管理办法》第四十六条",
            "中华人民共和国农产品质量安全法第七十条",
            "广东省食品生产加工小作坊和食品摊贩管理条例第四十五条",
            "《计量违法行为处罚细则》第十四条",
            "计量检定印、证管理办法第十六条",
        ] {
            assert!(require_in_scope(rules, None, &[law]).is_err(), "{law}");
        }
        require_in_scope(rules, Some("industrial_product"), &["产品质量法第四十九条"]).unwrap();
        require_in_scope(rules, None, &["食品相关产品质量安全监督管理暂行办法第三十条"]).unwrap();
        require_in_scope(rules, None, &["食品安全国家标准 食品接触用塑料材料及制品（GB 4806.7）"]).unwrap();
        require_in_scope(rules, None, &[]).unwrap();
        assert_eq!(require_in_scope(rules, Some("toys"), &[]).unwrap_err().code, Code::InvalidFields);
    }
}
