//! Texts read aloud: numbers in words, whole notices, and the program that speaks.

mod numbers;
mod reading;
mod synthesis;
