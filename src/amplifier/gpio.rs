//! A line of the machine, through the character device of Linux.

use std::io::ErrorKind;

use gpiocdev::line::Value;
use gpiocdev::request::Config;
use gpiocdev::{Chip, Request};

use super::SwitchFault;
use crate::domain::amplifier::{GpioLine, GpioSwitch};

/// What the kernel shows as the user of a line.
const CONSUMER: &str = "loa";

/// The lines of one switch, held from the first turn on, so that nobody else can move them.
#[derive(Debug, Default)]
pub(super) struct Lines {
    out: Option<Request>,
    back: Option<Request>,
}

impl Lines {
    pub(super) fn turn(&mut self, switch: &GpioSwitch, on: bool) -> Result<(), SwitchFault> {
        let value = if on { Value::Active } else { Value::Inactive };
        let told = |error| fault(switch, &switch.line, error);
        match &self.out {
            Some(out) => out.set_value(switch.line.offset, value).map_err(told),
            None => {
                // It has its level from the first moment on: no amplifier clicks because the station comes up.
                let mut wanted = wanted(switch, &switch.line);
                wanted.as_output(value);
                self.out = Some(request(wanted).map_err(told)?);
                Ok(())
            }
        }
    }

    pub(super) fn power(&mut self, switch: &GpioSwitch) -> Result<Option<bool>, SwitchFault> {
        let Some(line) = &switch.confirm else { return Ok(None) };
        let told = |error| fault(switch, line, error);
        let back = match self.back.take() {
            Some(back) => back,
            None => {
                let mut wanted = wanted(switch, line);
                wanted.as_input();
                request(wanted).map_err(told)?
            }
        };
        let value = back.value(line.offset).map_err(told);
        self.back = Some(back);
        Ok(Some(value? == Value::Active))
    }
}

/// Whether the lines are there and free.
pub(super) fn look(switch: &GpioSwitch) -> Result<(), SwitchFault> {
    let chip = Chip::from_path(&switch.chip).map_err(|error| fault(switch, &switch.line, error))?;
    for line in [Some(&switch.line), switch.confirm.as_ref()].into_iter().flatten() {
        match chip.line_info(line.offset) {
            Ok(info) if info.used => return Err(fault(switch, line, gpiocdev::Error::NoGpioChips())),
            Ok(_) => {}
            Err(error) => return Err(fault(switch, line, error)),
        }
    }
    Ok(())
}

fn wanted(switch: &GpioSwitch, line: &GpioLine) -> Config {
    let mut wanted = Config::default();
    wanted.on_chip(&switch.chip).with_line(line.offset);
    if line.active_low {
        wanted.as_active_low();
    }
    wanted
}

fn request(wanted: Config) -> gpiocdev::Result<Request> {
    Request::from_config(wanted).with_consumer(CONSUMER).request()
}

/// What stands in the way, and what to do about it.
fn fault(switch: &GpioSwitch, line: &GpioLine, error: gpiocdev::Error) -> SwitchFault {
    let (chip, offset) = (switch.chip.display(), line.offset);
    let opened = match &error {
        gpiocdev::Error::Os(errno) => std::io::Error::from_raw_os_error(errno.0).kind(),
        _ => ErrorKind::Other,
    };
    SwitchFault::of(match (opened, Chip::from_path(&switch.chip).map(|chip| chip.line_info(offset))) {
        (ErrorKind::NotFound, _) => format!("there is no GPIO chip {chip}; `ls /dev/gpiochip*` lists those there are"),
        (ErrorKind::PermissionDenied, _) => {
            format!("{chip} may not be opened; put the station's account into the group that owns it (gpio)")
        }
        (_, Ok(Ok(info))) if info.used => format!(
            "line {offset} of {chip} is in use by `{}`; end that, or choose another line (`gpioinfo` lists them)",
            info.consumer
        ),
        (_, Ok(Err(_))) => format!("{chip} has no line {offset}; `gpioinfo` lists its lines"),
        (_, Ok(Ok(_)) | Err(_)) => {
            format!("line {offset} of {chip} cannot be used: {error}; `gpioinfo` lists chips and lines")
        }
    })
}
