# Stands for a tool with exit codes: 3 means "changed half of it, roll back".
set -eu
action=$1 stage=$2
case "$action" in
  prepare)
    if [ ! -e lock-is-gone ]; then
      touch lock-is-gone
      echo "$stage is locked by another deployment" >&2
      exit 75
    fi
    echo "prepared $stage"
    ;;
  apply)
    [ "$stage" != broken ] || { echo "half of it is changed" >&2; exit 3; }
    echo "applied to $stage"
    ;;
  roll-back) echo "rolled back $stage" ;;
  clean-up)
    rm -f lock-is-gone
    echo "cleaned up $stage"
    ;;
esac
