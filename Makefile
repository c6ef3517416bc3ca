# The two commands: `make run` airs a demo station, `make test` runs every test. Both set up what is missing first.

.PHONY: run test setup check bench clean
.DEFAULT_GOAL := run

run: ; @scripts/demo.sh

# Everything in one profile (dev), so that what is built once serves all; see [profile.dev] in Cargo.toml. The browser and
# the fuzzer come last: they ask the program that the tests built.
test: setup
	scripts/web.sh build test
	cargo test
	scripts/web.sh e2e
	scripts/fuzz-api.sh

setup: ; @scripts/setup.sh test

# What .ci/run holds besides the tests. The pages of private items are built too, so links to them are right.
check:
	cargo fmt --check
	scripts/web.sh check
	cargo clippy --all-targets -- -D warnings
	RUSTDOCFLAGS="-D warnings -A rustdoc::private_intra_doc_links" cargo doc --no-deps --document-private-items

bench: setup ; cargo bench --bench figures

clean: ; rm -rf target var web/dist web/node_modules
