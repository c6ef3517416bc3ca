//! A recording that browsers do not play, heard as WAV from any byte on.

use std::io::Read as _;
use std::ops::ControlFlow;

use loa::library::{Listening, WavView, analyse};

use crate::support::sound::{Coding, Sound};

#[test]
fn what_a_browser_cannot_play_is_the_same_sound_as_wav_from_wherever_it_is_asked_for() {
    let folder = tempfile::tempdir().unwrap();
    let sound = Sound::speech(22_050, 2, 22_050 + 311, 1);
    for coding in [Coding::Aiff, Coding::Alac] {
        let path = sound.encode(folder.path(), "tin", coding);
        let facts = analyse(&path, &mut |_| ControlFlow::Continue(())).unwrap().facts;
        assert_eq!(Listening::of(&facts.format), Listening::Decoded, "{}", facts.format);
        let view = WavView::new(&path, &facts);
        let mut whole = Vec::new();
        view.read_from(0).unwrap().read_to_end(&mut whole).unwrap();
        assert_eq!(whole.len() as u64, view.bytes());
        let mut reader = hound::WavReader::new(whole.as_slice()).unwrap();
        assert_eq!((reader.spec().sample_rate, reader.spec().channels), (22_050, 2));
        let heard: Vec<i16> = reader.samples().map(Result::unwrap).collect();
        let sent = sound.samples.iter().map(|sample| (sample * 32_768.0).round().clamp(-32_768.0, 32_767.0) as i16);
        assert_eq!(heard, sent.collect::<Vec<_>>(), "lossless stays lossless");
        let mut random = fastrand::Rng::with_seed(7);
        for _ in 0..40 {
            let from = random.usize(0..=whole.len());
            let mut rest = Vec::new();
            view.read_from(from as u64).unwrap().read_to_end(&mut rest).unwrap();
            assert!(rest == whole[from..], "{coding:?} from byte {from}");
        }
    }
    assert_eq!(Listening::of("mp3"), Listening::Stored("audio/mpeg"));
    assert_eq!(Listening::of("ogg/vorbis"), Listening::Decoded);
}
