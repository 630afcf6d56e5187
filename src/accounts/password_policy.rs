//! Which passwords may be chosen. They are compared and counted in one Unicode form (NFKC), so that full-width and half-width letters, or
//! an accent typed in one or two keys, make the same password. Nothing is asked of the kinds of characters, and no password expires
//! (NIST SP 800-63B, 5.1.1.2): what counts is how many guesses one takes.

use std::borrow::Cow;
use std::ops::RangeInclusive;

use crate::core::fields::Fields;
use crate::core::search::characters;
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
/// Characters of the name of a person that is written with Chinese ones.
const NAME_CHARACTERS: RangeInclusive<usize> = 2..=4;
/// The most ways to read a name that are looked for.
const READINGS: usize = 16;
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
        names.extend(in_letters(&text));
    }
    // Two Chinese characters are a name, two letters are none.
    names.retain(|name| name.chars().count() >= if name.is_ascii() { 3 } else { 2 });
    names.sort_by_key(|name| std::cmp::Reverse(name.chars().count()));
    names.dedup();
    names
}

/// How the name of a person in Chinese characters is written in letters, with the surname first or last: the usual ways to read it.
fn in_letters(name: &str) -> Vec<String> {
    if !NAME_CHARACTERS.contains(&name.chars().count()) {
        return Vec::new();
    }
    // The surname, and what follows it.
    let mut ways = vec![(String::new(), String::new())];
    for (at, c) in name.chars().enumerate() {
        let mut longer = Vec::new();
        for (surname, given) in &ways {
            longer.extend(characters::readings(c).iter().map(|reading| match at {
                0 => ((*reading).to_owned(), String::new()),
                _ => (surname.clone(), format!("{given}{reading}")),
            }));
        }
        longer.truncate(READINGS);
        ways = longer;
    }
    ways.iter()
        .flat_map(|(surname, given)| [format!("{surname}{given}"), format!("{given}{surname}")])
        .collect()
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
mod tests;
