"""`python -m imagecraft` is the command `imagecraft`."""

from imagecraft.cli import main

if __name__ == "__main__":
    main()
