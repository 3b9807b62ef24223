# To be sourced: runs a command as root, or says what somebody else must do.
as_root() {
    if [ "$(id -u)" = 0 ]; then
        "$@"
    elif command -v sudo >/dev/null 2>&1; then
        sudo "$@"
    else
        echo "neither root nor sudo; please run as root: $*" >&2
        return 1
    fi
}
