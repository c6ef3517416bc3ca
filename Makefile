# The two commands: `make run` airs a demo station, `make test` runs every test. Both set up what is missing first.

.PHONY: run test setup check bench clean
.DEFAULT_GOAL := run

run: ; @scripts/demo.sh

# Everything in one profile (dev), so that what is built once serves all; see [profile.dev] in Cargo.toml.
test: setup ; cargo test

setup: ; @scripts/setup.sh test

# What .ci/run holds besides the tests. The pages of private items are built too, so links to them are right.
check:
	cargo fmt --check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --no-deps --document-private-items

bench: setup ; cargo bench --bench figures

clean: ; rm -rf target var
