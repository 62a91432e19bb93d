# habla_room(NAME FOLDER [ROOMS ...] [DEPENDS ...])
#
# One static library, habla_NAME, of every .c in FOLDER (main.c files are
# programs, not rooms).  Its headers are visible, as "FOLDER/x.h", to itself
# and to the targets that link it, through a folder with one link in it.
function(habla_room name folder)
  cmake_parse_arguments(ARG "" "" "ROOMS;DEPENDS" ${ARGN})
  file(GLOB_RECURSE sources CONFIGURE_DEPENDS ${CMAKE_SOURCE_DIR}/${folder}/*.c)
  list(FILTER sources EXCLUDE REGEX "/main\\.c$")

  set(view ${CMAKE_BINARY_DIR}/rooms/${name})
  get_filename_component(parent ${view}/${folder} DIRECTORY)
  file(MAKE_DIRECTORY ${parent})
  file(CREATE_LINK ${CMAKE_SOURCE_DIR}/${folder} ${view}/${folder} SYMBOLIC)

  add_library(habla_${name} STATIC ${sources})
  target_include_directories(habla_${name} PUBLIC ${view})
  list(TRANSFORM ARG_ROOMS PREPEND habla_)
  target_link_libraries(habla_${name} PUBLIC ${ARG_ROOMS} PRIVATE ${ARG_DEPENDS})
endfunction()
