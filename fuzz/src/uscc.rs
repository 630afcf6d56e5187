//! Credit codes: normalising twice changes nothing, both check characters hold by a sum of our own, a mistyped code is found.

use zerodesk::enterprises::uscc::{ALPHABET, LENGTH, Uscc, UsccFault, completed};

use super::choices::Choices;

pub fn check(input: &[u8]) {
    match Choices::of(input) {
        Some(choices) => made(choices),
        None => text(&String::from_utf8_lossy(input)),
    }
}

fn text(text: &str) {
    let (whole, typed, shaped) = (Uscc::parse(text), Uscc::typed(text), Uscc::shaped(text));
    if let Ok(code) = &shaped {
        let code = code.as_str();
        assert!(code.len() == LENGTH && code.bytes().all(|byte| ALPHABET.contains(&byte)), "{code:?}");
        for again in [code.to_owned(), code.to_lowercase(), format!("\u{feff} {code}\u{3000}"), spaced(code)]
        {
            assert_eq!(Uscc::shaped(&again), shaped, "{again:?}");
            assert_eq!(Uscc::parse(&again), whole, "{again:?}");
        }
        assert_eq!(typed.is_ok(), check_holds(code), "{code}");
    }
    if let Ok(code) = &whole {
        assert_eq!((Ok(*code), Ok(*code)), (typed, shaped));
        assert!(check_holds(code.as_str()) && own_check_holds(code.as_str()), "{code}");
    }
    if let Err(fault) = &whole {
        let said = fault.text();
        assert!(!said.zh.is_empty() && !said.en.is_empty() && said.zh.len() < 1_024 && said.en.len() < 1_024);
        if let UsccFault::Length { length } = fault {
            assert_ne!(*length, LENGTH);
        }
        if let UsccFault::Character { place, .. } = fault {
            assert!((1..=LENGTH).contains(place));
        }
    }
}

/// In groups, as on a licence.
fn spaced(code: &str) -> String {
    format!("{} {} {}", &code[..8], &code[8..17], &code[17..])
}

fn value(byte: u8) -> usize {
    ALPHABET.iter().position(|known| *known == byte).expect("a character of the alphabet")
}

/// GB 32100-2015 as it is written: the characters times 1, 3, 9, 27 … (modulo 31) come to a multiple of 31, the last times 1.
fn check_holds(code: &str) -> bool {
    let weights = [1, 3, 9, 27, 19, 26, 16, 17, 20, 29, 25, 13, 8, 24, 10, 30, 28, 1];
    let sum: usize = code.bytes().zip(weights).map(|(byte, weight)| value(byte) * weight).sum();
    sum.is_multiple_of(31)
}

/// GB 11714: eight characters as digits of base 36.
fn own_check_holds(code: &str) -> bool {
    let own = code[8..16].chars().zip([3, 7, 9, 10, 5, 8, 4, 2]);
    let sum: u32 = own.map(|(c, weight)| c.to_digit(36).expect("base 36") * weight).sum();
    let digit = ["0", "X", "9", "8", "7", "6", "5", "4", "3", "2", "1"][(sum % 11) as usize];
    &code[16..17] == digit
}

/// A code that holds, and the same with one character changed or two neighbours swapped.
fn made(mut choices: Choices<'_>) {
    let registration =
        choices.of_these(&["91440103", "92440300", "N1440103", "A1110000", "51650100", "Y1310000"]);
    let own: String = (0..8).map(|_| char::from(choices.of_these(ALPHABET))).collect();
    let code = completed(registration, &own).expect("parts of the right length");
    assert_eq!(Uscc::parse(&code).map(|code| code.to_string()), Ok(code.clone()));
    text(&code);
    let mut wrong = code.clone().into_bytes();
    let at = choices.below(LENGTH);
    if choices.one_in(2) {
        wrong[at] = choices.of_these(ALPHABET);
    } else {
        wrong.swap(at, (at + 1) % LENGTH);
    }
    let wrong = String::from_utf8(wrong).expect("ASCII");
    // The last and the first character are no neighbours.
    if wrong != code && !(at == LENGTH - 1 && wrong[..1] != code[..1]) {
        assert!(Uscc::typed(&wrong).is_err(), "{wrong} passes for {code}");
    }
    text(&wrong);
}
