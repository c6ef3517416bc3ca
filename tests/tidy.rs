//! The shape of the house: who may use whom.
