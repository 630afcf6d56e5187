//! Which passwords may be chosen. They are compared and counted in one Unicode form (NFKC), so that full-width and half-width letters, or
//! an accent typed in one or two keys, make the same password. Nothing is asked of the kinds of characters, and no password expires
//! (NIST SP 800-63B, 5.1.1.2): what counts is how many guesses one takes.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::core::fields::Fields;
use unicode_normalization::{UnicodeNormalization, is_nfkc};
use zxcvbn::feedback::Warning;
use zxcvbn::zxcvbn;

/// How many characters a password has, in its normal form.
pub const CHARACTERS: RangeInclusive<usize> = 10..=128;
/// Guesses that a password must withstand, as a power of ten.
const LEAST_GUESSES: f64 = 8.0;
/// The same without the one separator of a password such as `Admin@2024`.
const LEAST_GUESSES_JOINED: f64 = 6.0;
/// Characters of its own that a password has beside the name of the person who chooses it.
const BESIDE_NAMES: usize = 6;
/// Letters of its own that a password has beside the name of the platform.
const BESIDE_PLATFORM: usize = 4;
/// The name of the platform.
const PLATFORM: &str = "zerodesk";
/// Passwords that everybody knows though they are long: of the platform's own examples, and of texts about passwords. Letters alone count.
const WELL_KNOWN: &[&str] = &[
    "zerodeskdemo",
    "zerodeskdemos",
    "demozerodesk",
    "zerodesktest",
    "zerodeskadmin",
    "zerodeskpassword",
    "correcthorsebatterystaple",
    "correcthorsebatterystable",
    "horsebatterystaplecorrect",
    "thequickbrownfox",
    "thequickbrownfoxjumps",
    "thequickbrownfoxjumpsoverthelazydog",
    "loremipsumdolor",
    "loremipsumdolorsitamet",
    "opensesame",
    "changemenow",
    "pleasechangeme",
    "letmeinplease",
    "mypasswordissecret",
    "thisismypassword",
    "thisisapassword",
    "thisismysecretpassword",
    "tobeornottobe",
    "tobeornottobethatisthequestion",
    "maytheforcebewithyou",
    "diceware",
];
/// What people in China put into passwords and the lists of English words lack.
const LOCAL_WORDS: &[&str] = &[
    "woaini",
    "woaiwojia",
    "wodemima",
    "mima",
    "aini",
    "laogong",
    "laopo",
    "baobei",
    "nihao",
    "zhongguo",
    "woaizhongguo",
    "5201314",
    "1314520",
    "7758521",
    "520520",
    "1314",
    "521521",
    "5211314",
    "12315",
    "12365",
    "123456",
    "zhijian",
    "zhiliang",
    "jianguan",
    "shichang",
    "qiye",
    "zhuanjia",
    "gongsi",
    "guanliyuan",
    "xitong",
    "yonghu",
    "beijing",
    "shanghai",
    "tianjin",
    "chongqing",
    "guangdong",
    "guangzhou",
    "shenzhen",
    "dongguan",
    "foshan",
    "zhuhai",
    "zhongshan",
    "huizhou",
    "shantou",
    "jiangsu",
    "zhejiang",
    "shandong",
    "henan",
    "hebei",
    "hunan",
    "hubei",
    "sichuan",
    "fujian",
    "anhui",
    "jiangxi",
    "guangxi",
    "yunnan",
    "guizhou",
    "shanxi",
    "shaanxi",
    "liaoning",
    "jilin",
    "heilongjiang",
    "gansu",
    "hainan",
    "hangzhou",
    "nanjing",
    "suzhou",
    "wuhan",
    "chengdu",
    "xian",
    "qingdao",
    "zhang",
    "wang",
    "zhao",
    "chen",
    "yang",
    "huang",
    "zhou",
    "liu",
    "zhangwei",
    "wangwei",
    "liwei",
    "xiaoming",
    "密码",
    "我爱你",
    "中国",
    "质量",
    "专家",
    "企业",
    "监管",
    "管理员",
    "平台",
];

/// The one form in which a password is judged, hashed and verified: NFKC. ASCII is its own normal form.
pub fn normal(password: &str) -> Cow<'_, str> {
    if is_nfkc(password) { Cow::Borrowed(password) } else { Cow::Owned(password.nfkc().collect()) }
}

/// Whether a password is as long as one may be.
pub fn fits(password: &str) -> bool {
    // A password of a megabyte is not normalised to be told that it is too long.
    let most_bytes = CHARACTERS.end() * 16;
    password.len() <= most_bytes && CHARACTERS.contains(&normal(password).chars().count())
}

/// Notes a fault where a password may not be chosen by a person of whom this is known: what `AccountRow::about` gives, or as much of it as there is
/// before there is an account.
pub fn check(fields: &mut Fields, pointer: &str, password: &str, about: &[impl AsRef<str>]) {
    let about: Vec<&str> = about.iter().map(AsRef::as_ref).collect();
    if let Err((zh, en)) = judge(password, &about) {
        fields.fault(pointer, zh, en);
    }
}

/// What is wrong, in Chinese and in English.
type Fault = (&'static str, &'static str);

fn judge(password: &str, about: &[&str]) -> Result<(), Fault> {
    if !fits(password) {
        return Err(("须为 10 到 128 个字符", "must be 10 to 128 characters"));
    }
    let password = normal(password);
    let names = names(about);
    let folded = folded(&password);
    if is_well_known(&password) {
        return Err(("是众所周知的密码，请换一个", "is a password that everybody knows; choose another"));
    }
    if beside(&folded, &names).is_some_and(|rest| rest.chars().count() < BESIDE_NAMES) {
        return Err((
            "不能由用户名、姓名、企业名称或代码、邮箱或电话加少量字符组成",
            "must not be the username, the name, the enterprise's name or code, the mail address or the phone with a few characters more",
        ));
    }
    let platform = beside(&folded, &[PLATFORM.to_owned()]);
    if platform.is_some_and(|rest| rest.chars().filter(|c| c.is_alphabetic()).count() < BESIDE_PLATFORM) {
        return Err((
            "不能由平台名称加少量字符组成",
            "must not be the name of the platform with a few characters more",
        ));
    }
    let words: Vec<&str> = names.iter().map(String::as_str).chain(LOCAL_WORDS.iter().copied()).collect();
    withstands(&password, &words, LEAST_GUESSES)?;
    match joined(&password) {
        Some(joined) => withstands(&joined, &words, LEAST_GUESSES_JOINED),
        None => Ok(()),
    }
}

/// Whether a password takes so many guesses of someone who knows the lists of breached passwords, the words of a dictionary, the rows of
/// a keyboard, dates, and these words.
fn withstands(password: &str, words: &[&str], least: f64) -> Result<(), Fault> {
    let estimate = zxcvbn(password, words);
    if estimate.guesses_log10() >= least {
        return Ok(());
    }
    let warning = estimate.feedback().and_then(|feedback| feedback.warning());
    Err(match warning {
        Some(
            Warning::ThisIsATop10Password
            | Warning::ThisIsATop100Password
            | Warning::ThisIsACommonPassword
            | Warning::ThisIsSimilarToACommonlyUsedPassword,
        ) => (
            "是常见或已泄露的密码，或与其相近，请换一个",
            "is a common password or one from a known breach, or much like one; choose another",
        ),
        Some(
            Warning::StraightRowsOfKeysAreEasyToGuess
            | Warning::ShortKeyboardPatternsAreEasyToGuess
            | Warning::RepeatsLikeAaaAreEasyToGuess
            | Warning::RepeatsLikeAbcAbcAreOnlySlightlyHarderToGuess
            | Warning::SequencesLikeAbcAreEasyToGuess,
        ) => (
            "由重复、连续或键盘上相邻的字符组成，容易被猜到",
            "is made of repeated or consecutive characters or of neighbouring keys, which is easy to guess",
        ),
        Some(Warning::RecentYearsAreEasyToGuess | Warning::DatesAreOftenEasyToGuess) => {
            ("由日期或年份组成，容易被猜到", "is made of a date or a year, which is easy to guess")
        }
        _ => (
            "容易被猜到，请加长，或用几个互不相关的词语组成",
            "is easy to guess; make it longer, or make it of several words that have nothing to do with each other",
        ),
    })
}

/// What is known of a person, whole and in parts, the longest first.
fn names(about: &[&str]) -> Vec<String> {
    let mut names: Vec<String> = Vec::new();
    for text in about {
        let text = normal(text.trim()).to_lowercase();
        let local = text.split_once('@').map(|(local, _)| local.to_owned());
        names.extend(text.split(|c: char| !c.is_alphanumeric()).map(str::to_owned));
        names.extend(local.iter().map(|local| folded(local)));
        names.push(folded(&text));
    }
    // Two Chinese characters are a name, two letters are none.
    names.retain(|name| name.chars().count() >= if name.is_ascii() { 3 } else { 2 });
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    names.dedup();
    names
}

/// Whether a password is one that everybody knows, however it is spaced, numbered or written with digits for letters.
fn is_well_known(password: &str) -> bool {
    let letters = |text: &str| -> String {
        text.chars().filter(|c| c.is_alphabetic()).flat_map(char::to_lowercase).collect()
    };
    let read: String = password
        .chars()
        .map(|c| match c {
            '0' => 'o',
            '1' | '!' => 'l',
            '3' => 'e',
            '4' | '@' => 'a',
            '5' | '$' => 's',
            '7' => 't',
            other => other,
        })
        .collect();
    [letters(password), letters(&read)].iter().any(|text| WELL_KNOWN.contains(&text.as_str()))
}

/// Letters and digits alone, in lower case.
fn folded(text: &str) -> String {
    text.chars().filter(|c| c.is_alphanumeric()).flat_map(char::to_lowercase).collect()
}

/// What is left of a folded password without these names; nothing where it has none of them.
fn beside(folded: &str, names: &[String]) -> Option<String> {
    let found = names.iter().any(|name| folded.contains(name.as_str()));
    found.then(|| names.iter().fold(folded.to_owned(), |rest, name| rest.replace(name.as_str(), "")))
}

/// A password of two parts without what is between them: a phrase of several words has more separators.
fn joined(password: &str) -> Option<String> {
    let parts = password.split(|c: char| !c.is_alphanumeric()).filter(|part| !part.is_empty()).count();
    (parts == 2).then(|| password.chars().filter(|c| c.is_alphanumeric()).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    const ABOUT: &[&str] = &["factory-one", "王小明", "quality.desk@factory.example", "13800138000"];

    fn reason(password: &str) -> &'static str {
        judge(password, ABOUT).err().map_or("", |(_, en)| en)
    }

    #[test]
    fn a_password_that_takes_many_guesses_is_taken_whatever_its_characters() {
        for good in [
            "correct horse battery",
            "another good passphrase",
            "korrekt-pferd-2026",
            "quiet river lamp",
            "claim-password-1",
            "零缺陷是我们的目标呀",
            "кот сидит на окне",
            "vQ7mz2kRxw",
        ] {
            assert_eq!(reason(good), "", "{good}");
        }
    }

    #[test]
    fn length_is_counted_in_characters_of_the_normal_form() {
        for (bad, what) in [
            ("q7mz2kRxw", "nine"),
            ("", "none"),
            (&*"长".repeat(129), "129"),
            (&*"kx 7".repeat(100_000), "a great many"),
        ] {
            assert!(reason(bad).starts_with("must be 10 to 128"), "{what}");
        }
        assert!(fits("ﬁﬁﬁﬁﬁ"), "five ligatures are ten letters");
        assert!(!fits("e\u{301}e\u{301}e\u{301}e\u{301}e\u{301}"), "five letters with accents are five");
    }

    #[test]
    fn common_and_breached_passwords_are_refused() {
        for bad in [
            "1234567890",
            "password123",
            "Password123!",
            "P@ssw0rd123",
            "qwertyuiop",
            "1q2w3e4r5t",
            "1qaz2wsx3edc",
            "iloveyou123",
            "admin123456",
            "Admin@2024",
            "Admin@123456",
            "woaini1314",
            "woaini1314520",
            "woaini@1314",
            "5201314520",
            "a123456789",
            "aa123456789",
            "Aa123456@@",
            "Guangdong@2026",
            "guangzhou123",
            "trustno1trustno1",
            "letmein123456",
            "summer2026!",
            "football2024",
            "welcome123456",
            "Pass@word2024",
            "zhangwei123",
            "１２３４５６７８９０",
        ] {
            assert_ne!(reason(bad), "", "{bad}");
        }
        assert!(reason("password123").starts_with("is a common password"));
        assert!(
            reason("ＰＡＳＳＷＯＲＤ１２３").starts_with("is a common password"),
            "full-width letters hide nothing"
        );
    }

    #[test]
    fn what_everybody_knows_is_refused() {
        for bad in [
            "zerodesk-demo",
            "ZeroDesk Demo 2026",
            "zer0desk-dem0",
            "correcthorsebatterystaple",
            "correct horse battery staple",
            "Correct-Horse-Battery-Staple-1",
            "the quick brown fox",
        ] {
            assert!(reason(bad).contains("everybody knows"), "{bad}: {}", reason(bad));
        }
    }

    #[test]
    fn patterns_are_refused() {
        for bad in [
            "aaaaaaaaaaaa",
            "abcabcabcabc",
            "abcdefghijk",
            "1111111111",
            "密码密码密码密码密码",
            "zxcvbnm,./",
        ] {
            assert_ne!(reason(bad), "", "{bad}");
        }
        assert!(reason("aaaaaaaaaaaa").contains("repeated"));
        assert!(reason("1990-01-01").contains("date"), "{}", reason("1990-01-01"));
    }

    #[test]
    fn the_name_of_the_person_and_of_the_platform_is_no_password() {
        for bad in [
            "factory-one",
            "Factory One",
            "factoryone2026",
            "FACTORY-ONE!!",
            "factory-onefactory-one",
            "王小明12345!!!!",
            "quality.desk1",
            "quality.desk@factory.example",
            "13800138000",
            "13800138000abc",
        ] {
            assert!(reason(bad).contains("username"), "{bad}: {}", reason(bad));
        }
        for bad in ["zerodesk2026", "ZeroDesk@2026", "zerodeskzerodesk", "１zerodesk２３４５"] {
            assert!(reason(bad).contains("platform"), "{bad}: {}", reason(bad));
        }
        assert_eq!(reason("a factory makes violet kettles"), "", "a word of the name within a phrase");
    }

    #[test]
    fn the_normal_form_is_one_for_all_ways_of_typing() {
        assert_eq!(normal("Ｃｏｒｒｅｃｔ　ｈｏｒｓｅ１２"), "Correct horse12");
        assert_eq!(normal("cafe\u{301}"), normal("caf\u{e9}"));
        assert!(matches!(normal("plain ASCII, as it was"), Cow::Borrowed(_)));
    }
}
