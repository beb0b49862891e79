//! Saltbox.
#![no_std]
