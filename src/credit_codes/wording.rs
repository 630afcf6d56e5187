//! The words that no public page of a code may have: the market regulator does not recommend products (Product Quality Law, art. 25). Pure.

/// Words that praise, rank or recommend, in lower case.
const PRAISE: [&str; 40] = [
    "优质",
    "优良",
    "优秀",
    "优选",
    "名优",
    "精品",
    "放心",
    "可靠",
    "信得过",
    "值得",
    "推荐",
    "首选",
    "甄选",
    "最佳",
    "最好",
    "顶级",
    "第一",
    "领先",
    "排名",
    "榜",
    "星级",
    "好评",
    "荣誉",
    "获奖",
    "认证",
    "保证",
    "安全",
    "诚信企业",
    "recommend",
    "best",
    "excellent",
    "trusted",
    "reliable",
    "superior",
    "award",
    "honour",
    "rank",
    "guarantee",
    "certified",
    "safe",
];

/// What may be said although such a word is in it: that nothing is recommended.
const DENIALS: [&str; 3] = ["不构成推荐", "no recommendation", "not a recommendation"];

/// The words of a text that praise, rank or recommend.
pub fn promotional_words_in(text: &str) -> Vec<&'static str> {
    let mut text = text.to_lowercase();
    for denial in DENIALS {
        text = text.replace(denial, "");
    }
    PRAISE.into_iter().filter(|word| text.contains(word)).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn praise_is_found_and_its_denial_is_not() {
        assert_eq!(promotional_words_in("优质产品，值得推荐"), ["优质", "值得", "推荐"]);
        assert_eq!(promotional_words_in("The Best, officially recommended"), ["recommend", "best"]);
        assert!(promotional_words_in("记录公示，不构成推荐（《产品质量法》第二十五条）。").is_empty());
        assert!(
            promotional_words_in("A public record, no recommendation (Product Quality Law, art. 25).")
                .is_empty()
        );
    }
}
